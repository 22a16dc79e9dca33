"""Sockets that are abused by a client, on the real server: others go on, and nothing grows."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from websockets.asyncio.client import connect

from realtime import timeouts
from realtime.websocket import LARGEST_OF_STRANGERS
from tests.raw_socket import PING, PONG, TEXT, RawSocket, frame
from tests.realtime.small_server import Keeper, SmallServer
from tests.wire_client import Closed

Open = Callable[[], Awaitable[RawSocket]]
EMPTY_FRAGMENT = frame(0, b"", fin=False)


@pytest.fixture
def keeper() -> Keeper:
    keeper = Keeper()
    keeper.pace = (200.0, 1000.0)
    return keeper


@pytest.fixture(params=["uvloop", "asyncio"])
def server(
    keeper: Keeper, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SmallServer]:
    monkeypatch.setattr(timeouts, "DRAIN", 0.02)
    monkeypatch.setattr(timeouts, "END", 0.1)
    with SmallServer(keeper, str(request.param)) as server:
        yield server


@pytest.fixture
async def attacker(server: SmallServer) -> AsyncIterator[Open]:
    """Opens sockets byte by byte."""
    opened: list[RawSocket] = []

    async def open_socket() -> RawSocket:
        opened.append(await RawSocket.open(server.url))
        return opened[-1]

    yield open_socket
    for each in opened:
        each.abort()
        with contextlib.suppress(OSError):
            await each.writer.wait_closed()


async def flood(socket: RawSocket, data: bytes) -> None:
    """Send it again and again, until the test ends it; what comes back is thrown away."""
    swallowing = asyncio.ensure_future(swallow(socket))
    try:
        while True:
            await socket.send_bytes(data)
    finally:
        swallowing.cancel()
        await asyncio.wait([swallowing])


async def swallow(socket: RawSocket) -> None:
    while await socket.reader.read(65536):
        pass


@pytest.mark.parametrize(
    ("first", "repeated"),
    [
        (b"", frame(PING, b"")),
        (b"", frame(PONG, b"x" * 16)),
        (b"", frame(TEXT, b" ")),
        (frame(TEXT, b"", fin=False), EMPTY_FRAGMENT),
    ],
    ids=["pings", "pongs", "spaces", "fragments"],
)
async def test_flood_of_tiny_frames_starves_nobody(
    server: SmallServer, keeper: Keeper, attacker: Open, first: bytes, repeated: bytes
) -> None:
    flooding = []
    for _ in range(3):
        socket = await attacker()
        await socket.send_bytes(first)
        flooding.append(asyncio.ensure_future(flood(socket, repeated * 5000)))
    await keeper.until(lambda: sum(server.do(lambda: [each.reading_paused for each in keeper.sockets])) == 3)
    async with connect(server.url) as other:
        for number in range(100):
            await other.send(str(number))
            async with asyncio.timeout(2):
                assert await other.recv() == str(number)
    for task in flooding:
        task.cancel()
    await asyncio.wait(flooding)


async def test_pings_are_answered_at_the_pace_that_sockets_are_read(
    keeper: Keeper, server: SmallServer, attacker: Open
) -> None:
    keeper.pace = (200.0, 300.0)
    socket = await attacker()
    await socket.send_bytes(frame(PING, b"") * 400)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await socket.reader.readexactly(400 * 2)
    assert loop.time() - began > 0.3  # 100 over the burst, less a turn's 64, at 200 a second
    await socket.send("done")
    assert await socket.receive() == "done"


async def test_pings_of_a_peer_that_does_not_read_are_not_kept(server: SmallServer, keeper: Keeper) -> None:
    keeper.pace = (1_000_000.0, 1_000_000.0)
    socket = await RawSocket.open(server.url, receive_buffer=4096)
    payload = frame(PING, b"x" * 125)
    for _ in range(300):
        await socket.send_bytes(payload * 400)  # 15 MB in all
    await socket.send_bytes(frame(TEXT, b"last"))
    await keeper.until(lambda: keeper.received == ["last"])
    assert server.do(lambda: keeper.sockets[0].buffered) < 256 * 1024
    socket.abort()
    with contextlib.suppress(OSError):
        await socket.writer.wait_closed()


async def test_message_that_is_never_finished_closes_with_1008(
    server: SmallServer, keeper: Keeper, attacker: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeouts, "UNFINISHED", 0.3)
    socket = await attacker()
    await socket.send_bytes(frame(TEXT, b"once upon ", fin=False))
    closed = asyncio.ensure_future(socket.receive())
    while not closed.done():
        await socket.send_bytes(frame(PING, b""))
        await asyncio.sleep(0.02)
    assert isinstance(closed.exception(), Closed)
    await keeper.until(lambda: bool(keeper.codes))
    assert (keeper.received, keeper.codes) == ([], [1008])


async def test_message_in_many_fragments_arrives(server: SmallServer, keeper: Keeper, attacker: Open) -> None:
    keeper.pace = (1_000_000.0, 1_000_000.0)
    socket = await attacker()
    await socket.send_bytes(frame(TEXT, b"x", fin=False) + frame(0, b"y", fin=False) * 1000 + frame(0, b"z"))
    assert await socket.receive() == "x" + "y" * 1000 + "z"


async def stranger(scope: Any, receive: Any, send: Any) -> None:
    """Tells the length of what it receives, and admits nobody."""
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": str(len(message["text"]))})


@pytest.mark.parametrize("fragments", [1, 2])
async def test_stranger_may_send_little_at_once(fragments: int) -> None:
    """Who is not admitted is not trusted with a megabyte either."""
    with SmallServer(stranger) as server:
        socket = await RawSocket.open(server.url)
        await socket.send("x" * LARGEST_OF_STRANGERS)
        assert await socket.receive() == str(LARGEST_OF_STRANGERS)
        part = b"x" * (LARGEST_OF_STRANGERS // fragments)
        if fragments == 2:
            await socket.send_bytes(frame(TEXT, part, fin=False))
        await socket.send_bytes(frame(TEXT if fragments == 1 else 0, part + b"x"))
        with pytest.raises(Closed) as closed:
            await socket.receive()
        assert closed.value.code == 1009
        await socket.close()
        await socket.writer.wait_closed()
