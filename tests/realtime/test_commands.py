"""`manage.py serve` and `manage.py worker` as processes."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.realtime.notified import Notified
from tests.wire_games import GAME

ROOT = Path(__file__).resolve().parents[2]

Start = Callable[..., "Command"]


class Command:
    """A running command on a migrated database of its own."""

    def __init__(
        self, var: Path, *arguments: str, activated: Sequence[socket.socket] = (), **env: str
    ) -> None:
        database = f"sqlite:///{var / 'own.sqlite3'}"
        self.process = subprocess.Popen(
            [*_activation(activated), sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**os.environ, "FLINT_VAR": str(var), "DATABASE_URL": database, **env},
            pass_fds=[listener.fileno() for listener in activated],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def greeting(self) -> str:
        """The first line that is Flint's own: Python's warnings may come before it."""
        assert self.process.stdout is not None
        lines = iter(self.process.stdout.readline, "")
        return next(line for line in lines if line.startswith("Flint "))

    def end(self, number: int) -> tuple[int, float, str]:
        """Exit code, seconds, and what it printed since."""
        assert self.process.stdout is not None
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(10)
        return code, time.monotonic() - began, self.process.stdout.read()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def result(self) -> tuple[int, str]:
        output, _ = self.process.communicate(timeout=30)
        return self.process.returncode, output


def _activation(sockets: Sequence[socket.socket]) -> list[str]:
    """A shell that gives them the numbers from 3 on, and becomes the command."""
    # From far above, so that no number is given away that is still to be moved.
    above = [f"{number + 20}>&{listener.fileno()}" for number, listener in enumerate(sockets)]
    given = [f"{number + 3}>&{number + 20}" for number in range(len(sockets))]
    move = f"exec {' '.join(above)}; exec {' '.join(given)}"
    tell = f"export LISTEN_FDS={len(sockets)} LISTEN_PID=$$"
    return ["bash", "-c", f'{move}; {tell}; exec "$@"', "activation"] if sockets else []


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("commands")
    for arguments in (("migrate", "--verbosity=0"), ("import_game", str(GAME.document), "--publish")):
        code, output = Command(var, *arguments).result()
        assert code == 0, output
    return var


@pytest.fixture
def start(var: Path) -> Iterator[Start]:
    commands: list[Command] = []

    def run(*arguments: str) -> Command:
        commands.append(Command(var, *arguments))
        return commands[-1]

    yield run
    for command in commands:
        command.close()


def port_of(line: str) -> int:
    found = re.fullmatch(r"Flint serves on http://127\.0\.0\.1:(\d+) \(Ctrl-C ends it\)\n", line)
    assert found, line
    return int(found[1])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_serve_says_where_and_ends_cleanly_with_sockets_open(start: Start, number: int) -> None:
    command = start("serve", "--port", "0")
    port = port_of(await asyncio.to_thread(command.greeting))
    clients = [await connect(f"ws://127.0.0.1:{port}{GAME.path()}") for _ in range(5)]
    code, seconds, output = await asyncio.to_thread(command.end, number)
    assert (code, "Traceback" in output) == (0, False), output
    assert seconds < 3
    assert [await code_of(client) for client in clients] == [1012] * 5


async def code_of(client: ClientConnection) -> int | None:
    with contextlib.suppress(ConnectionClosed):
        async for _ in client:
            pass
    return client.close_code


async def test_serve_keeps_the_secret_of_a_path_to_itself(start: Start) -> None:
    command = start("serve", "--port", "0")
    port = port_of(await asyncio.to_thread(command.greeting))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /rs/key/server/a-secret/LogEventRequest HTTP/1.1\r\n"
        b"Host: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    )
    assert (await reader.read()).startswith(b"HTTP/1.1 4")
    writer.close()
    await writer.wait_closed()
    _, _, output = await asyncio.to_thread(command.end, signal.SIGTERM)
    assert "a-secret" not in output


def test_taken_port_is_one_sentence(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output = start("serve", "--port", str(port)).result()
    assert (code, output) == (
        1,
        f"CommandError: Port {port} on 127.0.0.1 is taken; name another with --port.\n",
    )


def test_foreign_address_is_one_sentence(start: Start) -> None:
    code, output = start("serve", "--host", "192.0.2.1").result()
    assert (code, output) == (
        1,
        "CommandError: Cannot listen on 192.0.2.1, port 8000: Cannot assign requested address.\n",
    )


def test_several_processes_without_what_they_share_are_one_sentence(start: Start) -> None:
    code, output = start("serve", "--processes", "2").result()
    assert (code, output) == (
        1,
        "CommandError: Several processes need a PostgreSQL (DATABASE_URL), since SQLite is written by one "
        "process, and a Redis (REDIS_URL), over which they reach each other's players.\n",
    )


async def test_serve_under_a_supervisor_says_where_and_ends_cleanly(start: Start) -> None:
    command = start("serve", "--port", "0", "--processes", "1")
    port = port_of(await asyncio.to_thread(command.greeting))
    client = await connect(f"ws://127.0.0.1:{port}{GAME.path()}")
    code, seconds, output = await asyncio.to_thread(command.end, signal.SIGTERM)
    assert (code, output) == (0, "")
    assert seconds < 3
    assert await code_of(client) == 1012


@pytest.mark.parametrize("processes", ["0", "1"])
def test_serve_takes_the_sockets_of_socket_activation(var: Path, processes: str) -> None:
    """As systemd does: descriptors from 3 on, LISTEN_FDS of them, meant for the process LISTEN_PID."""
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        ports = [listener.getsockname()[1] for listener in (first, second)]
        command = Command(var, "serve", "--processes", processes, activated=[first, second])
    try:
        addresses = " and ".join(f"http://127.0.0.1:{port}" for port in ports)
        assert command.greeting() == f"Flint serves on {addresses} (Ctrl-C ends it)\n"
        for port in ports:
            with urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
                assert answer.read() == b"ok\n"
        assert command.end(signal.SIGTERM)[0] == 0
    finally:
        command.close()


def test_activation_by_what_is_no_listening_socket_is_one_sentence(var: Path) -> None:
    with socket.socket() as idle:
        command = Command(var, "serve", activated=[idle])
    assert command.result() == (
        1,
        "CommandError: Cannot listen on the sockets of LISTEN_FDS: descriptor 3 is no listening socket.\n",
    )


@pytest.mark.parametrize("arguments", [("serve", "--port", "0"), ("worker",)])
async def test_service_manager_hears_of_start_and_end(
    var: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    with Notified(tmp_path) as manager:
        command = Command(var, *arguments, NOTIFY_SOCKET=manager.path, WATCHDOG_USEC="200000")
        try:
            ready = await manager.next()
            assert (ready["READY"], ready["MAINPID"]) == ("1", str(command.process.pid))
            while await asyncio.to_thread(manager.heard) != {"WATCHDOG": "1"}:
                pass
            command.process.terminate()
            assert (await manager.next())["STOPPING"] == "1"
            assert await asyncio.to_thread(command.process.wait, 10) == 0
        finally:
            command.close()


def test_serve_without_jobs_leaves_shared_work_to_a_worker(start: Start, var: Path) -> None:
    with contextlib.closing(sqlite3.connect(var / "own.sqlite3", isolation_level=None)) as database:
        database.execute("INSERT INTO players_durablereply VALUES ('long ago', '{}', 1)")
        database.execute("DELETE FROM realtime_heartbeat")  # of other tests' processes
        replies = "SELECT count(*) FROM players_durablereply"
        port = port_of(start("serve", "--port", "0", "--no-jobs").greeting())
        # Jobs begin with the process, and the one database thread takes what comes in order.
        with pytest.raises(HTTPError) as refused:
            urlopen(f"http://127.0.0.1:{port}/readyz")
        assert b'"what":"worker"' in refused.value.read()
        assert database.execute(replies).fetchone() == (1,)
        start("worker").greeting()
        deadline = time.monotonic() + 10
        while database.execute(replies).fetchone() != (0,):
            assert time.monotonic() < deadline, "the worker did not delete it"
            time.sleep(0.02)
        with urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            assert answer.status == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_worker_ends_cleanly(start: Start, number: int) -> None:
    command = start("worker")
    assert command.greeting() == "Flint works in the background (Ctrl-C ends it)\n"
    code, seconds, output = command.end(number)
    assert (code, output) == (0, "")
    assert seconds < 3
