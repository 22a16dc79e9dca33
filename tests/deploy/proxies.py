"""nginx and Caddy as processes of the tests' own, with the configuration of deploy/ as it stands.

What is replaced in it are places: folders, ports, the addresses of the servers behind.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import pytest

from bin.services import free_port
from tests.deploy.certificates import DOMAIN, Certificates

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
START_SECONDS = 20.0


def program(name: str) -> str:
    """Its path. Where CI runs the tests a missing program is a failure, elsewhere a reason to skip."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        missing = f"{name} is not installed; .ci/run installs it"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    return found


class Proxy(ABC):
    """`folder` gets its files; `servers` are the ports of Flint behind it."""

    def __init__(self, folder: Path, certificates: Certificates, servers: Sequence[int]) -> None:
        self.folder, self.certificates, self.servers = folder, certificates, servers
        self.port, self.plain_port = free_port(), free_port()
        while self.plain_port == self.port:
            self.plain_port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self.write()

    @property
    def log_file(self) -> Path:
        """Of requests."""
        return self.folder / "flint.log"

    @abstractmethod
    def write(self) -> None:
        """The configuration, once more for other `servers`."""

    @abstractmethod
    def command(self) -> list[str]:
        """What starts it in the foreground."""

    @abstractmethod
    def checked(self) -> "subprocess.CompletedProcess[str]":
        """The program's own check of the configuration."""

    def start(self) -> None:
        output = (self.folder / "output.log").open("ab")
        with output:
            self.process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                env=self.env(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._listens():
            assert self.process.poll() is None, self.output()
            assert time.monotonic() < deadline, self.output()
            time.sleep(0.02)

    def env(self) -> dict[str, str]:
        return {**os.environ, "HOME": str(self.folder), "FLINT_DOMAIN": DOMAIN}

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def output(self) -> str:
        """Everything that it wrote but for the log of requests."""
        files = [path for path in self.folder.glob("*.log") if path != self.log_file]
        return "\n".join(path.read_text(errors="replace") for path in sorted(files))

    def requests(self) -> str:
        return self.log_file.read_text() if self.log_file.exists() else ""

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def _placed(self, text: str, places: dict[str, str]) -> str:
        """The text with each place replaced. Fails for one that the text does not name."""
        for place, ours in places.items():
            assert re.search(place, text), f"{place} is not in the configuration"
            text = re.sub(place, ours, text)
        return text


class Nginx(Proxy):
    def write(self) -> None:
        (self.folder / "flint").mkdir(exist_ok=True)
        shutil.copy("/etc/nginx/mime.types", self.folder)
        upstream = (DEPLOY / "nginx/upstream.conf").read_text()
        lines = "\n".join(f"    server 127.0.0.1:{port} max_fails=0;" for port in self.servers)
        upstream = self._placed(upstream, {r"    server 127\.0\.0\.1:8000 max_fails=0;": lines})
        (self.folder / "flint/upstream.conf").write_text(upstream)
        config = (DEPLOY / "nginx/nginx.conf").read_text()
        folder = str(self.folder)
        places = {
            "worker_processes auto": "worker_processes 1",
            "worker_rlimit_nofile 200000": "worker_rlimit_nofile 4096",
            "worker_connections 100000": "worker_connections 2000",
            "pid /run/": f"pid {folder}/",
            "/etc/nginx/": f"{folder}/",
            "/var/log/nginx/": f"{folder}/",
            "/etc/flint/tls/": f"{self.certificates.key.parent}/",
            r"listen 443 ssl backlog=4096": f"listen 127.0.0.1:{self.port} ssl backlog=4096",
            r"    +listen \[::\]:\d+ .*\n": "",
            r"(?m)^http \{\n": "http {\n" + self._temporary_folders(),
            r"listen 80 ": f"listen 127.0.0.1:{self.plain_port} ",
        }
        (self.folder / "nginx.conf").write_text(self._placed(config, places))

    def command(self) -> list[str]:
        return [program("nginx"), "-p", str(self.folder), "-c", "nginx.conf", "-g", "daemon off;"]

    def checked(self) -> "subprocess.CompletedProcess[str]":
        command = [program("nginx"), "-t", "-p", str(self.folder), "-c", "nginx.conf"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def _temporary_folders(self) -> str:
        """Those built into nginx are root's."""
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        return "".join(f"    {kind}_temp_path {self.folder}/{kind};\n" for kind in kinds)

    def reload(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGHUP)


class Caddy(Proxy):
    def write(self) -> None:
        config = (DEPLOY / "caddy/Caddyfile").read_text()
        ports = f"\thttps_port {self.port}\n\thttp_port {self.plain_port}\n\tadmin off\n"
        upstream = " ".join(f"127.0.0.1:{port}" for port in self.servers)
        places = {
            r"(?m)^\{\n": "{\n" + ports,
            "/var/log/caddy/": f"{self.folder}/",
            "/etc/flint/tls/": f"{self.certificates.key.parent}/",
            r"127\.0\.0\.1:8000": upstream,
        }
        (self.folder / "Caddyfile").write_text(self._placed(config, places))

    def command(self) -> list[str]:
        return [program("caddy"), "run", "--config", "Caddyfile"]

    def checked(self) -> "subprocess.CompletedProcess[str]":
        command = [program("caddy"), "validate", "--adapter", "caddyfile", "--config", "Caddyfile"]
        return subprocess.run(
            command, cwd=self.folder, env=self.env(), capture_output=True, text=True, check=False
        )
