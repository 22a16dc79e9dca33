"""Fixtures of live servers and their clients.

`server` is one for all tests of a worker: its players are told apart by `unique` names. `new_server()` starts
one for the test alone, which may kill, stop and restart it. `connect` opens clients that end with the test.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.live_server import LiveServer
from tests.wire_client import WireClient
from tests.wire_games import GAME, OTHER_GAME


class Connect(Protocol):
    """LiveServer.connect of the shared server, or of `on`."""

    async def __call__(self, *, on: LiveServer | None = None, **options: Any) -> WireClient: ...


@pytest.fixture(scope="session")
def server_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migrated database that holds both games, published."""
    template = LiveServer(tmp_path_factory.mktemp("server-template"))
    template.manage("migrate", "--verbosity=0")
    for game in (GAME, OTHER_GAME):
        template.manage("import_game", str(game.document), "--publish")
    return template.folder


@pytest.fixture
def new_server(server_template: Path, tmp_path: Path) -> Iterator[Callable[..., LiveServer]]:
    """Makes and starts servers for this test alone: `new_server(start=False, FLINT_X="1")`."""
    made: list[LiveServer] = []

    def make(*, start: bool = True, folder: Path | None = None, **env: str) -> LiveServer:
        folder = folder or tmp_path / f"server-{len(made)}"
        shutil.copytree(server_template, folder, dirs_exist_ok=True)
        made.append(LiveServer(folder, env))
        if start:
            made[-1].start()
        return made[-1]

    yield make
    for server in made:
        server.kill()


@pytest.fixture(scope="session")
def server(server_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for all tests of this worker. It must end cleanly and have raised nothing."""
    folder = tmp_path_factory.mktemp("server") / "var"
    shutil.copytree(server_template, folder)
    server = LiveServer(folder)
    try:
        server.start()
        yield server
        code = server.stop()
    finally:
        server.kill()
    assert (code, "Traceback" in server.log()) == (0, False), server.log()


@pytest.fixture
async def connect(request: pytest.FixtureRequest) -> AsyncIterator[Connect]:
    """Opens clients that are closed when the test ends: `await connect()`, `await connect(on=private)`."""
    clients: list[WireClient] = []

    async def open_client(*, on: LiveServer | None = None, **options: Any) -> WireClient:
        server: LiveServer = on or request.getfixturevalue("server")
        clients.append(await server.connect(**options))
        return clients[-1]

    yield open_client
    await asyncio.gather(*(client.close() for client in clients), return_exceptions=True)
