"""Who is dropped by the real server and who is not: silent, dead and slow peers."""

import asyncio
import threading
import time
from functools import partial
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from realtime.websocket import LARGEST_BUFFER
from tests.raw_socket import PING, TEXT, frame
from tests.realtime.small_server import Keeper, SmallServer, transport_of
from tests.realtime.websocket.clients import Dial, answers, dial, fill, until

# --- keep-alive ------------------------------------------------------------------------------------------


async def test_peer_that_answers_pings_stays(impatient: None, server: SmallServer, raw: Dial) -> None:
    peer = await raw(server)
    began = time.monotonic()
    reading = asyncio.ensure_future(peer.receive())
    await until(lambda: len(peer.pings) >= 6)
    assert time.monotonic() - began > 0.55
    await peer.send("still there")
    assert await reading == "still there"


async def test_peer_that_leaves_a_ping_unanswered_is_dropped(
    impatient: None, server: SmallServer, keeper: Keeper, raw: Dial
) -> None:
    peer = await raw(server)
    peer.answers_pings = False
    began = time.monotonic()
    await keeper.until(lambda: bool(keeper.codes))
    assert time.monotonic() - began >= 0.35
    assert keeper.codes == [1006]
    await server.reaches(0)


async def test_proof_of_a_token_is_the_ping_after_it(server: SmallServer, keeper: Keeper, raw: Dial) -> None:
    peer = await raw(server)
    reading = asyncio.ensure_future(peer.receive())
    await keeper.until(lambda: bool(keeper.sockets))
    for token in range(1, 8):
        server.do(partial(keeper.sockets[0].ping, token))
    await until(lambda: len(peer.pings) >= 7)
    assert [int.from_bytes(ping[8:], "big") for ping in peer.pings] == [1, 2, 3, 4, 5, 6, 7]
    reading.cancel()


# --- the four ways in which a dead peer is held, and a fifth ---------------------------------------------


async def test_keep_alive_drops_a_peer_with_a_full_buffer(
    impatient: None, server: SmallServer, keeper: Keeper, raw: Dial
) -> None:
    await raw(server, dead=True)
    await keeper.until(lambda: bool(keeper.sockets))
    fill(server, keeper.sockets[0])
    await server.reaches(0, within=3)


async def test_keep_alive_leaves_a_watched_peer_to_whoever_watches_it(
    impatient: None, server: SmallServer, keeper: Keeper, raw: Dial
) -> None:
    """Its ping waits behind what it does not take: one clock, not two, says how long that may last."""
    await raw(server, dead=True)
    await keeper.until(lambda: bool(keeper.sockets))
    (transport,) = keeper.sockets

    def watch() -> None:
        transport.watched = True

    server.do(watch)
    fill(server, transport)
    await until(lambda: server.do(lambda: transport.unanswered) > 1.0)
    assert keeper.codes == []

    def unwatch() -> None:
        transport.watched = False

    server.do(unwatch)
    await keeper.until(lambda: bool(keeper.codes))
    assert keeper.codes == [1006]


class Ends:
    """Fills the peer's buffer, waits for `go`, then ends in one of the ways an application can."""

    def __init__(self, way: str) -> None:
        self.way = way
        self.go = asyncio.Event()
        self.full = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        transport = transport_of(scope)
        await receive()
        await send({"type": "websocket.accept"})
        for _ in range(64):
            transport.write_text(b"x" * 65536)
        self.full.set()
        await self.go.wait()
        if self.way == "crash":
            raise ValueError("the application has a fault")
        if self.way == "close":
            await send({"type": "websocket.close", "code": 4000})
            assert (await receive())["type"] == "websocket.disconnect"
        elif self.way == "send":
            await send({"type": "websocket.send", "text": "waits for the buffer to drain"})


@pytest.mark.parametrize("way", ["crash", "return", "close", "send"])
async def test_dead_peer_is_dropped_however_the_application_ends(
    way: str, loop_name: str, impatient: None, caplog: pytest.LogCaptureFixture, raw: Dial
) -> None:
    application = Ends(way)
    with SmallServer(application, loop_name) as server:
        await raw(server, dead=True)
        assert await asyncio.to_thread(application.full.wait, 10)
        assert server.do(lambda: next(iter(server.connections)).buffered) > 65536
        server.do(application.go.set)
        await server.reaches(0, within=3)
    wanted = ["Exception in a WebSocket application"] if way == "crash" else []
    assert caplog.messages == wanted


async def test_half_closed_peer_that_reads_nothing_is_dropped(
    impatient: None, server: SmallServer, keeper: Keeper, raw: Dial
) -> None:
    peer = await raw(server, dead=True)
    await keeper.until(lambda: bool(keeper.sockets))
    fill(server, keeper.sockets[0])
    peer.writer.write_eof()
    await server.reaches(0, within=3)


async def test_peer_that_closes_but_reads_nothing_is_dropped(
    impatient: None, server: SmallServer, keeper: Keeper, raw: Dial
) -> None:
    peer = await raw(server, dead=True)
    await keeper.until(lambda: bool(keeper.sockets))
    fill(server, keeper.sockets[0])
    await peer.send_bytes(frame(0x8, b""))
    await server.reaches(0, within=3)


# --- slow peers, and neighbours ----------------------------------------------------------------------------


async def test_buffer_of_a_peer_that_stops_reading_is_bounded(
    server: SmallServer, keeper: Keeper, raw: Dial
) -> None:
    await raw(server, dead=True)
    async with dial(server) as neighbour:
        await keeper.until(lambda: len(keeper.sockets) == 2)
        transport = keeper.sockets[0]

        def write() -> int:
            transport.write_text(b"x" * 500_000)
            return transport.buffered

        most = 0
        for _ in range(40):
            most = max(most, server.do(write))
        assert LARGEST_BUFFER / 2 < most <= LARGEST_BUFFER + 500_100
        await server.reaches(1)
        assert await answers(neighbour)


async def test_pings_of_a_peer_that_reads_nothing_are_not_answered_into_its_buffer(
    server: SmallServer, keeper: Keeper, raw: Dial
) -> None:
    peer = await raw(server, dead=True)
    await keeper.until(lambda: bool(keeper.sockets))
    fill(server, keeper.sockets[0])
    full = server.do(lambda: keeper.sockets[0].buffered)
    await peer.send_bytes(frame(PING, b"p" * 125) * 1000 + frame(TEXT, b"read"))
    await keeper.until(lambda: keeper.received == ["read"])
    assert server.do(lambda: keeper.sockets[0].buffered) <= full


async def test_writable_is_told_once_the_peer_reads_again(server: SmallServer, raw: Dial) -> None:
    told = threading.Event()

    def on_writable() -> None:
        told.set()

    keeper = Keeper(echo=False)
    with SmallServer(keeper) as own:
        peer = await raw(own, dead=True)
        await keeper.until(lambda: bool(keeper.sockets))
        transport = keeper.sockets[0]
        transport.on_writable = on_writable
        fill(own, transport)
        assert own.do(lambda: transport.buffered) > 0
        assert not told.is_set()
        peer.reading.set()
        for _ in range(64):
            assert await peer.receive() == "x" * 65536
        assert await asyncio.to_thread(told.wait, 10)
        assert own.do(lambda: transport.buffered) == 0


async def test_abort_harms_no_neighbour(server: SmallServer, keeper: Keeper) -> None:
    async with dial(server) as first, dial(server) as second:
        assert await answers(first)
        assert await answers(second)
        server.do(lambda: [keeper.sockets[0].abort(), keeper.sockets[0].write_text(b"too late")])
        with pytest.raises(ConnectionClosed):
            await first.recv()
        assert await answers(second)
        assert server.do(lambda: (keeper.sockets[0].closing, keeper.sockets[0].buffered)) == (True, 0)


async def test_failing_callback_drops_only_its_connection(
    server: SmallServer, keeper: Keeper, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(token: int) -> None:
        raise ValueError("a fault in the callback")

    async with dial(server) as first, dial(server) as second:
        assert await answers(first)
        keeper.sockets[0].on_pong = fail
        server.do(lambda: keeper.sockets[0].ping(1))
        with pytest.raises(ConnectionClosed):
            await first.recv()
        assert await answers(second)
    assert caplog.messages == ["A connection's callback failed; only this connection is dropped"]


async def test_everything_on_a_lost_socket_is_dropped_in_silence(server: SmallServer, keeper: Keeper) -> None:
    async with dial(server) as client:
        assert await answers(client)
    await server.reaches(0)
    transport = keeper.sockets[0]

    def use() -> tuple[bool, int]:
        transport.write_text(b"x")
        transport.ping(1)
        transport.close(1000)
        transport.abort()
        transport.shutdown()
        return transport.closing, transport.buffered

    assert server.do(use) == (True, 0)
