"""What travels over a socket of the real server, and what is proven of it."""

import asyncio
import threading
from typing import Any

import pytest
from websockets import Subprotocol
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from realtime.websocket import LARGEST_MESSAGE
from tests.raw_socket import PONG, TEXT, frame
from tests.realtime.small_server import Keeper, SmallServer, transport_of
from tests.realtime.websocket.clients import Dial, answers, dial, send_and_receive, until
from tests.wire_client import Closed

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
    async with dial(server, subprotocols=[Subprotocol("json")], compression="deflate") as client:
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
