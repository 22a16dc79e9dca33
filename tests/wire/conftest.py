"""Every test of the wire speaks to one server a worker, which tests can drive; `new_driven` makes others."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live_server import unique
from tests.server_fixtures import Connect
from tests.server_template import ServerTemplate
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient

Player = Callable[..., Awaitable[WireClient]]
NewDriven = Callable[..., DrivenServer]
SetScripts = Callable[..., Awaitable[None]]


@pytest.fixture(scope="session")
def server(
    server_template: ServerTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DrivenServer]:
    """It must end cleanly and have raised nothing."""
    hosts = {"FLINT_HOSTS": "127.0.0.1,localhost,.example.com"}
    server = server_template.server(DrivenServer, tmp_path_factory.mktemp("wire"), hosts)
    try:
        server.start()
        yield server
        code = server.stop()
    finally:
        server_template.end([server])
    assert (code, "Traceback" in server.log()) == (0, False), server.log()


@pytest.fixture
def new_driven(server_template: ServerTemplate, tmp_path: Path) -> Iterator[NewDriven]:
    """Starts a server for this test alone: `new_driven(FLINT_X="1")`."""
    made: list[DrivenServer] = []

    def make(**env: str) -> DrivenServer:
        made.append(server_template.server(DrivenServer, tmp_path / f"server-{len(made)}", env))
        made[-1].start()
        return made[-1]

    yield make
    server_template.end(made)


@pytest.fixture
def player(connect: Connect) -> Player:
    """Opens a client logged in as a new player, named as given. Options are those of `connect`."""

    async def new_player(name: str = "player", **options: Any) -> WireClient:
        client = await connect(**options)
        answer = await client.device_log_in(unique(name), displayName=name)
        assert "error" not in answer, answer
        return client

    return new_player


@pytest.fixture
async def scripts(server: DrivenServer) -> AsyncIterator[SetScripts]:
    """Gives the preview stage its scripts until the test ends: `await scripts({"event/CH_MOVE": "…"})`."""
    yield server.set_scripts
    await server.set_scripts({})
