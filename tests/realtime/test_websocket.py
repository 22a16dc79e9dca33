"""Sockets of the real server: what travels, what is proven, who is dropped and who is not."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Protocol

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from realtime import timeouts
from realtime.server import Server
from realtime.websocket import LARGEST_BUFFER, LARGEST_MESSAGE
from tests.raw_socket import PING, PONG, TEXT, RawSocket, frame
from tests.realtime.small_server import PATIENCE, Keeper, SmallServer, transport_of
from tests.wire_client import Closed


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
def keeper() -> Keeper:
    return Keeper()


@pytest.fixture
def server(keeper: Keeper, loop_name: str) -> Iterator[SmallServer]:
    with SmallServer(keeper, loop_name) as server:
        yield server


def dial(server: SmallServer, **options: Any) -> Any:
    return connect(server.url, max_size=None, **options)


async def send_and_receive(client: ClientConnection, text: str) -> str | bytes:
    await client.send(text)
    return await client.recv()


async def answers(client: ClientConnection) -> bool:
    return await send_and_receive(client, "still there") == "still there"


async def until(condition: Callable[[], object]) -> None:
    """For what no event tells."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


class Dial(Protocol):
    async def __call__(self, server: SmallServer, *, dead: bool = False) -> RawSocket: ...


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


def fill(server: SmallServer, transport: Any) -> None:
    """Write until the server's own buffer for this socket is full."""

    def write() -> None:
        for _ in range(64):
            transport.write_text(b"x" * 65536)

    server.do(write)


# --- what travels ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", ["", "h", "é😀" * 100, b"\x00\xff" * 40_000, "x" * LARGEST_MESSAGE])
async def test_message_comes_back(server: SmallServer, data: str | bytes) -> None:
    async with dial(server) as client:
        await client.send(data)
        assert await client.recv() == data


async def test_fragmented_message_is_one_message(server: SmallServer, keeper: Keeper) -> None:
    async with dial(server) as client:
        await client.send(["one ", "two ", "three"])
        assert await client.recv() == "one two three"
    assert keeper.received == ["one two three"]


async def test_message_of_one_byte_more_than_a_mebibyte_closes_with_1009(
    server: SmallServer, keeper: Keeper
) -> None:
    async with dial(server) as client:
        with pytest.raises(ConnectionClosed) as closed:
            await send_and_receive(client, "x" * (LARGEST_MESSAGE + 1))
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009
    await keeper.until(lambda: bool(keeper.codes))
    assert (keeper.received, keeper.codes) == ([], [1009])


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"\x81\x02hi", 1002), (frame(TEXT, b"\xff"), 1007), (frame(0x8, b"\x03"), 1002)],
)
async def test_broken_frame_closes_with_its_code(
    impatient: None, server: SmallServer, keeper: Keeper, data: bytes, code: int, raw: Dial
) -> None:
    peer = await raw(server)
    await peer.send_bytes(frame(TEXT, b"before it") + data)
    with pytest.raises(Closed) as closed:
        await peer.receive()
    assert closed.value.code == code
    await server.reaches(0)
    assert keeper.received == ["before it"]


async def test_cpp_upgrade_is_accepted_without_subprotocol_or_compression(
    server: SmallServer, keeper: Keeper, raw: Dial
) -> None:
    peer = await raw(server)
    assert peer.headers == {
        "upgrade": "websocket",
        "connection": "Upgrade",
        "sec-websocket-accept": "HSmrc0sMlYUkAGmm5OPpG2HaGWk=",
    }
    await peer.send("hi")
    assert await peer.receive() == "hi"
    await peer.close()
    await keeper.until(lambda: bool(keeper.codes))
    assert keeper.codes == [1005]


async def test_offered_subprotocol_and_compression_are_left_aside(server: SmallServer) -> None:
    async with dial(server, subprotocols=["json"], compression="deflate") as client:  # type: ignore[list-item]
        assert client.subprotocol is None
        assert client.protocol.extensions == []
        assert await answers(client)


async def test_frames_sent_with_the_upgrade_are_not_lost(server: SmallServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(UPGRADE + frame(TEXT, b"early"))
    await reader.readuntil(b"\r\n\r\n")
    assert await reader.readexactly(7) == b"\x81\x05early"
    writer.close()
    await writer.wait_closed()


UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"Version: 13", b"Version: 8"), (b"x3JJHMbDL1EzLkh9GBhXDw==", b"short"), (b"GET", b"POST")],
)
async def test_handshake_that_is_none_is_a_bad_request(server: SmallServer, old: bytes, new: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(UPGRADE.replace(old, new))
    assert (await reader.readline()).startswith(b"HTTP/1.1 400")
    await reader.read()
    writer.close()
    await writer.wait_closed()


async def test_application_sees_the_scope_of_the_request(loop_name: str) -> None:
    scopes: list[dict[str, Any]] = []

    async def look(scope: Any, receive: Any, send: Any) -> None:
        scopes.append(dict(scope))
        await receive()
        await send({"type": "websocket.accept", "subprotocol": "b", "headers": [(b"X-Is", b"here")]})

    with SmallServer(look, loop_name) as server:
        options = {"subprotocols": ["a", "b"], "additional_headers": {"Authorization": "2aae"}}
        async with dial(server, **options) as client:
            assert client.subprotocol == "b"
            assert client.response is not None
            assert client.response.headers["X-Is"] == "here"
    scope = scopes[0]
    assert (scope["type"], scope["scheme"], scope["subprotocols"]) == ("websocket", "ws", ["a", "b"])
    assert (scope["path"], scope["query_string"]) == ("/live/ws/device/key", b"")
    assert (b"authorization", b"2aae") in scope["headers"]
    assert scope["client"][0] == "127.0.0.1"


async def test_refused_handshake_is_forbidden(loop_name: str) -> None:
    async def refuse(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.close"})

    with SmallServer(refuse, loop_name) as server:
        with pytest.raises(InvalidStatus) as refused:
            await dial(server)
        assert refused.value.response.status_code == 403
        await server.reaches(0)


@pytest.mark.parametrize(("code", "seen"), [(1000, 1000), (4001, 4001)])
async def test_client_that_closes_tells_the_application_its_code(
    server: SmallServer, keeper: Keeper, code: int, seen: int
) -> None:
    async with dial(server) as client:
        await client.close(code)
    await keeper.until(lambda: keeper.codes == [seen])


async def test_message_sent_right_before_closing_is_received(raw: Dial, loop_name: str) -> None:
    keeper = Keeper(echo=False)
    with SmallServer(keeper, loop_name) as server:
        peer = await raw(server)
        await peer.send_bytes(frame(TEXT, b"last words") + frame(0x8, b""))
        await keeper.until(lambda: keeper.codes == [1005])
    assert keeper.received == ["last words"]


async def test_reset_is_a_disconnect(server: SmallServer, keeper: Keeper, raw: Dial) -> None:
    peer = await raw(server)
    peer.abort()
    await keeper.until(lambda: keeper.codes == [1006])
    await server.reaches(0)


# --- proof -----------------------------------------------------------------------------------------------


async def test_pong_tells_the_token_of_its_ping(server: SmallServer, keeper: Keeper) -> None:
    tokens: list[int] = []
    async with dial(server) as client:
        assert await answers(client)
        transport = keeper.sockets[0]
        transport.on_pong = tokens.append
        server.do(lambda: transport.ping(7))
        await until(lambda: bool(tokens))
        assert tokens == [7]
        assert server.do(lambda: transport.unanswered) == 0.0


async def test_pong_to_the_latest_ping_proves_all(server: SmallServer, keeper: Keeper, raw: Dial) -> None:
    """RFC 6455 §5.5.3: a peer may answer only the latest of several pings."""
    tokens: list[int] = []
    peer = await raw(server)
    peer.answers_pings = False
    await keeper.until(lambda: bool(keeper.sockets))
    transport = keeper.sockets[0]
    transport.on_pong = tokens.append
    server.do(lambda: [transport.ping(1), transport.ping(2), transport.write_text(b"go")])
    assert await peer.receive() == "go"
    await until(lambda: server.do(lambda: transport.unanswered) > 0)
    await peer.send_bytes(frame(PONG, peer.pings[1]))
    await peer.send_bytes(frame(PONG, peer.pings[0]) + frame(PONG, b"nobody asked") + frame(TEXT, b"x"))
    assert await peer.receive() == "x"
    assert tokens == [2]
    assert server.do(lambda: transport.unanswered) == 0.0


async def test_pong_with_a_forged_token_proves_nothing(
    server: SmallServer, keeper: Keeper, raw: Dial
) -> None:
    tokens: list[int] = []
    peer = await raw(server)
    peer.answers_pings = False
    await keeper.until(lambda: bool(keeper.sockets))
    keeper.sockets[0].on_pong = tokens.append
    server.do(lambda: keeper.sockets[0].ping(1))
    for number, token in ((1, 2), (2, 1), (0, 1), (2**63, 2**63)):
        await peer.send_bytes(frame(PONG, number.to_bytes(8, "big") + token.to_bytes(8, "big")))
    await peer.send("x")
    assert await peer.receive() == "x"
    assert tokens == []


async def test_ping_of_the_client_is_answered(server: SmallServer) -> None:
    async with dial(server) as client:
        await (await client.ping(b"are you there"))


async def test_pongs_are_read_while_the_application_is_busy(loop_name: str) -> None:
    """A receive that waits must not stop the reading: the server would take its own client for dead."""
    busy, tokens, transports = threading.Event(), [], []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        transport = transport_of(scope)
        transport.on_pong = tokens.append
        transports.append(transport)
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
        transport.ping(1)
        await asyncio.to_thread(busy.wait, 10)
        await send({"type": "websocket.send", "text": f"{tokens}"})

    with SmallServer(application, loop_name) as server:
        async with dial(server) as client:
            for text in ("one", "two", "three"):
                await client.send(text)
            await client.ping()
            await (await client.ping())  # answered, so everything before it was read
            busy.set()
            assert await client.recv() == "[1]"


async def test_backlog_is_bounded_and_read_on_later(loop_name: str) -> None:
    begin, received = asyncio.Event(), []
    sockets: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        sockets.append(transport_of(scope))
        await receive()
        await send({"type": "websocket.accept"})
        sockets[0].admit(1_000_000, 1_000_000)
        await begin.wait()
        while (message := await receive())["type"] == "websocket.receive":
            received.append(len(message["text"]))
            await send({"type": "websocket.send", "text": "got"})

    with SmallServer(application, loop_name) as server:
        async with dial(server) as client:
            sending = asyncio.ensure_future(asyncio.wait_for(send_all(client, "x" * 65536, 400), 20))
            await until(lambda: sockets and server.do(lambda: sockets[0].reading_paused))
            assert not sending.done()
            server.do(begin.set)
            for _ in range(400):
                await client.recv()
            await sending
    assert received == [65536] * 400


async def send_all(client: ClientConnection, text: str, times: int) -> None:
    for _ in range(times):
        await client.send(text)


# --- keep-alive ------------------------------------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeouts, "PING_AFTER", 0.1)
    monkeypatch.setattr(timeouts, "PONG_WITHIN", 0.3)
    monkeypatch.setattr(timeouts, "CLOSE", 0.3)


async def test_peer_that_answers_pings_stays(impatient: None, server: SmallServer, raw: Dial) -> None:
    peer = await raw(server)
    began = time.monotonic()
    reading = asyncio.ensure_future(peer.receive())
    await until(lambda: len(peer.pings) >= 6)
    assert 0.55 < time.monotonic() - began < 1.2
    await peer.send("still there")
    assert await reading == "still there"


async def test_peer_that_leaves_a_ping_unanswered_is_dropped(
    impatient: None, server: SmallServer, keeper: Keeper, raw: Dial
) -> None:
    peer = await raw(server)
    peer.answers_pings = False
    began = time.monotonic()
    await server.reaches(0)
    assert time.monotonic() - began >= 0.35
    assert keeper.codes == [1006]


async def test_proof_postpones_the_keep_alive(
    impatient: None, server: SmallServer, keeper: Keeper, raw: Dial
) -> None:
    peer = await raw(server)
    reading = asyncio.ensure_future(peer.receive())
    await keeper.until(lambda: bool(keeper.sockets))
    for token in range(1, 8):
        await asyncio.sleep(0.05)
        server.do(lambda token=token: keeper.sockets[0].ping(token))  # type: ignore[misc]
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
        most = 0
        for _ in range(40):
            most = max(most, server.do(lambda: transport.write_text(b"x" * 500_000) or transport.buffered))  # type: ignore[func-returns-value]
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


# --- the end ---------------------------------------------------------------------------------------------


async def closed_with(client: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        await client.recv()
    return closed.value.rcvd.code if closed.value.rcvd else 1006


async def test_shutdown_closes_everybody_with_1012(server: SmallServer, keeper: Keeper) -> None:
    clients = [await dial(server) for _ in range(20)]
    codes = asyncio.gather(*[closed_with(client) for client in clients])
    took = await asyncio.to_thread(server.stop)
    assert await codes == [1012] * 20
    assert len(keeper.codes) == 20
    assert took < 2.5


async def test_shutdown_twice_and_while_peers_are_closing_ends_cleanly(
    server: SmallServer, keeper: Keeper, raw: Dial
) -> None:
    clients = [await dial(server) for _ in range(4)]
    await raw(server)
    await keeper.until(lambda: len(keeper.sockets) == 5)
    server.do(lambda: keeper.sockets[4].close(4000))  # its peer does not answer
    server.do(lambda: keeper.sockets[0].close(4001))
    codes = asyncio.gather(*[closed_with(client) for client in clients])
    await asyncio.to_thread(server.stop_twice)
    assert await codes == [4001, 1012, 1012, 1012]


async def test_shutdown_is_not_slowed_by_being_told_to_leave_as_well(
    server: SmallServer, settings: Any
) -> None:
    """A signal to end overtakes the supervisor's word that successors accept."""
    settings.FLINT_DRAIN_PER_SECOND = 0.1
    clients = [await dial(server) for _ in range(4)]
    codes = asyncio.gather(*[closed_with(client) for client in clients])
    assert await asyncio.to_thread(server.stop_and_leave) < 2.5
    assert await codes == [1012] * 4


async def test_shutdown_does_not_wait_for_the_dead(server: SmallServer, keeper: Keeper, raw: Dial) -> None:
    await raw(server, dead=True)
    await keeper.until(lambda: bool(keeper.sockets))
    fill(server, keeper.sockets[0])
    assert await asyncio.to_thread(server.stop) < 2.5


async def test_client_accepted_before_shutdown_is_served_and_sent_back(server: SmallServer) -> None:
    """Stock uvicorn resets it, and the JS SDK gives up for good after one refused connection."""
    raw = socket.create_connection(("127.0.0.1", server.port))
    await server.reaches(1)
    stopping = asyncio.ensure_future(asyncio.to_thread(server.stop))
    await asyncio.sleep(0.3)
    client = await connect(server.url, sock=raw, max_size=None)
    assert await closed_with(client) == 1012
    await stopping


async def test_application_that_does_not_end_is_cancelled(loop_name: str) -> None:
    ended: list[str] = []

    async def stubborn(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append("cancelled")

    with SmallServer(stubborn, loop_name) as server:
        client = await dial(server)
        code = asyncio.ensure_future(closed_with(client))
        assert await asyncio.to_thread(server.stop) < 3
        assert await code == 1012
    assert ended == ["cancelled"]


def test_server_says_nothing_of_itself() -> None:
    config = Server(Keeper()).config
    assert (config.access_log, config.proxy_headers, config.server_header) == (False, False, False)
