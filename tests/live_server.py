"""The real server as a process of its own, on a database of its own: for tests of the wire and of faults."""

import asyncio
import http.client
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bin.services import free_port
from tests.live_database import LiveDatabase, SqliteFile
from tests.wire_client import Frame, Framing, WireClient
from tests.wire_games import GAME, WireGame

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0
STOP_SECONDS = 5.0
KEYS = {
    "FLINT_SECRET_KEY": "a secret key for live servers alone of the length that Django asks for",
    "FLINT_CREDENTIAL_KEYS": "Tg3sWFJ8UTMTgk2B0qqdFzI0JYb0A4h4VYZ9h5m2Qy8=",
}
_names = itertools.count(1)


class ServerFailed(AssertionError):
    """The server or a command did not do what it was started for; holds what it printed."""


def unique(name: str) -> str:
    """A user name that no other test of this database has."""
    return f"{name}-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{next(_names)}"


class LiveServer:
    """`manage.py serve` with `folder` as its FLINT_VAR, `env` as settings and `options` of the command.

    Not started by itself. Without a database of its own it has a SQLite file in the folder.
    """

    program: tuple[str, ...] = ("manage.py",)  # after the interpreter

    def __init__(
        self,
        folder: Path,
        env: Mapping[str, str] | None = None,
        database: LiveDatabase | None = None,
        options: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.database = database or SqliteFile(folder)
        self.options = options
        self.port = free_port()
        self.log_file = folder / "server.log"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("FLINT_")}
        self.env = {
            **inherited,
            **KEYS,
            "FLINT_VAR": str(folder),
            "DATABASE_URL": self.database.url,
            "FLINT_DEBUG": "0",
            "FLINT_PUSH_HOSTS": "127.0.0.1,localhost",
            "PYTHONUNBUFFERED": "1",
            **(env or {}),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it is ready. The port stays the same over restarts."""
        with self.log_file.open("ab") as log:
            address = ("--host", "127.0.0.1", "--port", str(self.port))
            self.process = subprocess.Popen(
                [sys.executable, *self.program, "serve", *address, *self.options],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_ready(self.process)

    def stop(self) -> int:
        """End it as an operator does; the exit code. Fails when it takes longer than it may."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServerFailed(f"did not end within {STOP_SECONDS} s of SIGTERM:\n{self.log()}") from None

    def kill(self) -> None:
        """`kill -9`, also of a stopped process. Nothing happens when it has ended."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def pause(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGCONT)

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def resident_bytes(self) -> int:
        """Memory in use, from /proc."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def log(self) -> str:
        """What the process printed, over all its starts."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def _wait_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        answer = "no answer"
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise ServerFailed(f"ended with {process.returncode} while starting:\n{self.log()}")
            try:
                status, body = self.get("/readyz")
            except OSError:
                time.sleep(0.02)
                continue
            if status == 200:
                return
            answer = f"{status} {body}"
            time.sleep(0.02)
        self.kill()
        raise ServerFailed(f"not ready within {START_SECONDS} s ({answer}):\n{self.log()}")

    def manage(self, *arguments: str, code: int = 0) -> str:
        """What `manage.py ARGUMENTS` prints, run beside the server on the same data. Fails unless it exits
        with `code`."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != code:
            raise ServerFailed(
                f"manage.py {' '.join(arguments)} exited with {done.returncode}:\n{done.stderr}"
            )
        return done.stdout + done.stderr

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of the server's database, read at this moment."""
        return self.database.rows(sql, *values)

    def url(self, stage: str = "preview", credential: str = "device", game: WireGame = GAME) -> str:
        return f"ws://127.0.0.1:{self.port}{game.path(stage, credential)}"

    async def connect(
        self,
        stage: str = "preview",
        credential: str = "device",
        game: WireGame = GAME,
        framing: Framing | None = None,
        **fields: Any,
    ) -> WireClient:
        """A client past its handshake. The caller closes it; the fixture `connect` does so by itself."""
        url = self.url(stage, credential, game)
        return await WireClient.connect(url, game.secrets[credential], framing=framing, **fields)

    def get(self, path: str, headers: Mapping[str, str] | None = None, within: float = 10) -> tuple[int, str]:
        """Status and body. TimeoutError when the server takes longer."""
        return self._http("GET", path, b"", headers or {}, within)

    async def rest(
        self,
        name: str,
        /,
        *,
        stage: str = "preview",
        credential: str = "server",
        game: WireGame = GAME,
        **fields: Any,
    ) -> Frame:
        """A request over REST with the credential's secret; the answer, whatever its status."""
        path = f"/{stage}/rs/{game.api_key}/{credential}/{game.secrets[credential]}/{name}"
        _, body = await asyncio.to_thread(self._http, "POST", path, json.dumps(fields).encode(), {})
        answer = json.loads(body)
        assert isinstance(answer, dict)
        return answer

    async def before_marker(
        self, client: WireClient, player_id: str = "", game: WireGame = GAME
    ) -> list[Frame]:
        """The messages that reached the client before one sent to its player now: for showing absence."""
        marker = unique("marker")
        player_id = player_id or client.user_id
        sent = await self.rest(
            "SendMessageRequest", playerIds=[player_id], extCode="MARKER", data={"marker": marker}, game=game
        )
        assert "error" not in sent, sent
        return await client.messages_until(lambda frame: frame.get("data", {}).get("marker") == marker)

    def _http(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], within: float = 10
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=within)
        try:
            connection.request(method, path, body or None, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()
