"""Fixtures of live servers and their clients.

`server` is one for all tests of a worker: its players are told apart by `unique` names. `new_server()` starts
one for the test alone, which may kill, stop and restart it. `connect` opens clients that end with the test.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.live_database import LiveDatabase
from tests.live_server import LiveServer
from tests.run_shared import folder_of_run
from tests.server_template import ServerTemplate
from tests.wire_client import WireClient


class Connect(Protocol):
    """LiveServer.connect of the shared server, or of `on`."""

    async def __call__(self, *, on: LiveServer | None = None, **options: Any) -> WireClient: ...


@pytest.fixture(scope="session")
def server_template(
    migrated_database: LiveDatabase, tmp_path_factory: pytest.TempPathFactory
) -> ServerTemplate:
    """One for all processes of a run."""
    return ServerTemplate(folder_of_run(tmp_path_factory) / "server-template", migrated_database)


@pytest.fixture
def new_server(server_template: ServerTemplate, tmp_path: Path) -> Iterator[Callable[..., LiveServer]]:
    """Makes and starts servers for this test alone: `new_server(start=False, FLINT_X="1")`.

    `beside=another` shares that one's database and Redis; `options` are those of `serve`.
    """
    made: list[LiveServer] = []

    def make(
        *,
        start: bool = True,
        folder: Path | None = None,
        beside: LiveServer | None = None,
        options: Sequence[str] = (),
        **env: str,
    ) -> LiveServer:
        folder = folder or tmp_path / f"server-{len(made)}"
        made.append(server_template.server(LiveServer, folder, env, options, beside))
        if start:
            made[-1].start()
        return made[-1]

    yield make
    server_template.end(made)


@pytest.fixture(scope="session")
def server(server_template: ServerTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for all tests of this worker. It must end cleanly and have raised nothing."""
    server = server_template.server(LiveServer, tmp_path_factory.mktemp("server"))
    try:
        server.start()
        yield server
        code = server.stop()
    finally:
        server_template.end([server])
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
