"""`manage.py worker` as a process."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live_server import LiveServer
from tests.realtime.command import Command
from tests.realtime.notified import Notified

pytestmark = pytest.mark.postgresql


@pytest.fixture
def start(new_server: Callable[..., LiveServer]) -> Iterator[Callable[..., Command]]:
    """Starts the worker of a server that does not run, with more settings."""
    commands: list[Command] = []

    def run(**env: str) -> Command:
        server = new_server(start=False)
        commands.append(Command(server.folder, "worker", **{**server.env, **env}))
        return commands[-1]

    yield run
    for command in commands:
        command.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_worker_ends_cleanly(start: Callable[..., Command], number: int) -> None:
    command = start()
    assert command.greeting() == "Flint works in the background (Ctrl-C ends it)\n"
    code, seconds, output = command.end(number)
    assert (code, output) == (0, "")
    assert seconds < 5  # a busy machine's 3


async def test_service_manager_hears_of_start_and_end(start: Callable[..., Command], tmp_path: Path) -> None:
    with Notified(tmp_path) as manager:
        command = start(NOTIFY_SOCKET=manager.path, WATCHDOG_USEC="200000")
        assert await manager.next() == {
            "READY": "1",
            "MAINPID": str(command.process.pid),
            "STATUS": "working in the background",
        }
        while await asyncio.to_thread(manager.heard) != {"WATCHDOG": "1"}:
            pass
        command.process.terminate()
        assert await manager.next() == {"STOPPING": "1", "STATUS": "Ending"}
        assert await asyncio.to_thread(command.process.wait, 10) == 0
