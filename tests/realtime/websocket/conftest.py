"""A small server, and peers of it, for the tests of its sockets."""

import contextlib
from collections.abc import AsyncIterator, Iterator

import pytest

from realtime import timeouts
from tests.raw_socket import RawSocket
from tests.realtime.small_server import Keeper, SmallServer
from tests.realtime.websocket.clients import Dial


@pytest.fixture(params=["uvloop", "asyncio"])
def loop_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def hasty(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most tests are not about the server's end."""
    if "shutdown" not in request.node.name:
        monkeypatch.setattr(timeouts, "DRAIN", 0.02)
        monkeypatch.setattr(timeouts, "END", 0.1)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeouts, "PING_AFTER", 0.1)
    monkeypatch.setattr(timeouts, "PONG_WITHIN", 0.3)
    monkeypatch.setattr(timeouts, "CLOSE", 0.3)


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


@pytest.fixture
def server(keeper: Keeper, loop_name: str) -> Iterator[SmallServer]:
    with SmallServer(keeper, loop_name) as server:
        yield server


@pytest.fixture
async def raw() -> AsyncIterator[Dial]:
    """Opens peers byte by byte. A dead one never reads, and its kernel's buffer is small."""
    peers: list[RawSocket] = []

    async def open_peer(server: SmallServer, *, dead: bool = False) -> RawSocket:
        peers.append(await RawSocket.open(server.url, receive_buffer=4096 if dead else 0))
        if dead:
            peers[-1].reading.clear()
        return peers[-1]

    yield open_peer
    for peer in peers:
        peer.abort()
        with contextlib.suppress(OSError):
            await peer.writer.wait_closed()
