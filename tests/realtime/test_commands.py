"""`manage.py serve` as a process."""

import asyncio
import contextlib
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from websockets.asyncio.client import connect

from tests.live_database import SqliteFile
from tests.realtime.command import Command, port_of
from tests.realtime.notified import Notified
from tests.realtime.supervised import code_of
from tests.server_template import ServerTemplate
from tests.wire_games import GAME

pytestmark = pytest.mark.sqlite
Start = Callable[..., Command]


@pytest.fixture(scope="module")
def var(server_template: ServerTemplate, tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("commands")
    server_template.database.copy_to(var)
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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_serve_says_where_and_ends_cleanly_with_sockets_open(start: Start, number: int) -> None:
    command = start("serve", "--port", "0")
    port = port_of(await asyncio.to_thread(command.greeting))
    clients = [await connect(f"ws://127.0.0.1:{port}{GAME.path()}") for _ in range(5)]
    code, seconds, output = await asyncio.to_thread(command.end, number)
    assert (code, "Traceback" in output) == (0, False), output
    assert seconds < 3
    assert [await code_of(client) for client in clients] == [1012] * 5


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


@pytest.mark.parametrize("arguments", [("serve", "--processes", "2"), ("worker",)])
def test_several_processes_without_what_they_share_are_one_sentence(
    start: Start, arguments: tuple[str, ...]
) -> None:
    code, output = start(*arguments).result()
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


async def test_service_manager_hears_of_start_and_end(var: Path, tmp_path: Path) -> None:
    with Notified(tmp_path) as manager:
        command = Command(var, "serve", "--port", "0", NOTIFY_SOCKET=manager.path, WATCHDOG_USEC="200000")
        try:
            ready = {"READY": "1", "MAINPID": str(command.process.pid), "STATUS": "serving"}
            assert await manager.next() == ready
            while await asyncio.to_thread(manager.heard) != {"WATCHDOG": "1"}:
                pass
            command.process.terminate()
            assert await manager.next() == {"STOPPING": "1", "STATUS": "Ending"}
            assert await asyncio.to_thread(command.process.wait, 10) == 0
        finally:
            command.close()


def test_serve_without_jobs_leaves_shared_work_to_others(start: Start, var: Path) -> None:
    with contextlib.closing(sqlite3.connect(SqliteFile(var).file, isolation_level=None)) as database:
        database.execute("INSERT INTO players_durablereply VALUES ('long ago', '{}', 1)")
        database.execute("DELETE FROM realtime_heartbeat")  # of other tests' processes
        replies = "SELECT count(*) FROM players_durablereply"
        idle = start("serve", "--port", "0", "--no-jobs")
        port = port_of(idle.greeting())
        # Jobs begin with the process, and the one database thread takes what comes in order.
        with pytest.raises(HTTPError) as refused:
            urlopen(f"http://127.0.0.1:{port}/readyz")
        assert b'"what":"worker"' in refused.value.read()
        assert database.execute(replies).fetchone() == (1,)
        idle.end(signal.SIGTERM)
        port = port_of(start("serve", "--port", "0").greeting())
        deadline = time.monotonic() + 10
        while database.execute(replies).fetchone() != (0,):
            assert time.monotonic() < deadline, "nobody deleted it"
            time.sleep(0.02)
        with urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            assert answer.status == 200
