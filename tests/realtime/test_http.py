"""HTTP connections of the real server: the deadlines, and the end."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from realtime import http, timeouts
from tests.realtime.small_server import SmallServer

Dial = Callable[[bytes], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


class Answers:
    """Reads the body, waits for `go` where the path asks for it, answers with as many bytes as it says."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.read = threading.Event()
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        if scope["path"] == "/early":
            await send({"type": "http.response.start", "status": 200, "headers": []})
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body, more = body + message["body"], message["more_body"]
        self.bodies.append(body)
        self.read.set()
        if scope["path"] == "/wait":
            await self.go.wait()
        size = int(scope["query_string"] or b"2")
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]}
        )
        await send({"type": "http.response.body", "body": b"o" * size})


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "WATCH_EVERY", 0.02)
    monkeypatch.setattr(timeouts, "WHOLE_BODY", 1.0)
    for name in ("HEAD", "BODY", "UNSENT", "CLOSE", "UNREAD"):
        monkeypatch.setattr(timeouts, name, 0.2)


@pytest.fixture
def application() -> Answers:
    return Answers()


@pytest.fixture(params=["uvloop", "asyncio"])
def server(application: Answers, request: pytest.FixtureRequest) -> Iterator[SmallServer]:
    with SmallServer(application, str(request.param)) as server:
        yield server


@pytest.fixture
async def dial(server: SmallServer) -> AsyncIterator[Dial]:
    """Connect with a small buffer and send the bytes."""
    writers: list[asyncio.StreamWriter] = []

    async def open_connection(data: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.setblocking(False)
        await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", server.port))
        reader, writer = await asyncio.open_connection(sock=raw, limit=4096)
        writers.append(writer)
        writer.write(data)
        return reader, writer

    yield open_connection
    for writer in writers:
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


GET = b"GET /?2 HTTP/1.1\r\nHost: x\r\n\r\n"


async def answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    return await reader.readexactly(2)


async def rest(reader: asyncio.StreamReader) -> bytes:
    """What is left until the server ends the connection."""
    with contextlib.suppress(ConnectionResetError):
        return await asyncio.wait_for(reader.read(), 5)
    return b""


async def test_request_is_answered_without_naming_the_server(dial: Dial) -> None:
    reader, _ = await dial(GET)
    head = await reader.readuntil(b"\r\n\r\n")
    assert b"server:" not in head.lower()
    assert await reader.readexactly(2) == b"oo"


@pytest.mark.parametrize("data", [b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\n"])
async def test_silent_or_half_sent_request_is_dropped(server: SmallServer, dial: Dial, data: bytes) -> None:
    reader, _ = await dial(data)
    assert await rest(reader) == b""
    await server.reaches(0)


async def test_request_that_trickles_in_is_dropped(server: SmallServer, dial: Dial) -> None:
    reader, writer = await dial(b"GET / HTTP/1.1\r\n")
    ended = asyncio.ensure_future(rest(reader))
    while not ended.done():
        writer.write(b"X: y\r\n")
        await asyncio.sleep(0.02)
    assert await ended == b""


async def test_half_sent_second_request_is_dropped(server: SmallServer, dial: Dial) -> None:
    reader, writer = await dial(GET)
    assert await answer(reader) == b"oo"
    writer.write(b"GET / HT")
    assert await rest(reader) == b""
    await server.reaches(0)


async def test_half_sent_body_is_dropped(server: SmallServer, dial: Dial, application: Answers) -> None:
    reader, _ = await dial(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nten bytes.")
    assert await rest(reader) == b""
    await server.reaches(0)
    assert application.bodies == []


async def test_body_that_keeps_coming_is_waited_for(dial: Dial, application: Answers) -> None:
    reader, writer = await dial(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\n")
    for _ in range(10):
        await asyncio.sleep(0.05)
        writer.write(b"abc")
    assert await answer(reader) == b"oo"
    assert application.bodies == [b"abc" * 10]


async def test_body_that_never_ends_is_dropped(server: SmallServer, dial: Dial, application: Answers) -> None:
    reader, writer = await dial(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
    ended = asyncio.ensure_future(rest(reader))
    while not ended.done():
        writer.write(b"a")
        await asyncio.sleep(0.05)
    assert await ended == b""
    assert application.bodies == []


async def test_slow_application_is_waited_for(server: SmallServer, dial: Dial, application: Answers) -> None:
    reader, _ = await dial(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
    await asyncio.sleep(0.5)
    server.do(application.go.set)
    assert await answer(reader) == b"oo"


async def test_peer_that_does_not_read_its_answer_is_dropped(server: SmallServer, dial: Dial) -> None:
    await dial(b"GET /?8000000 HTTP/1.1\r\nHost: x\r\n\r\n")
    await server.reaches(0, within=5)


async def test_peer_that_does_not_read_the_end_is_dropped(server: SmallServer, dial: Dial) -> None:
    """Below the high-water mark nobody is told that the buffer does not drain."""
    await dial(b"GET /?8000000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    await server.reaches(0, within=5)


async def test_idle_keep_alive_connection_is_served_again(dial: Dial) -> None:
    reader, writer = await dial(GET)
    assert await answer(reader) == b"oo"
    await asyncio.sleep(0.5)
    writer.write(GET + GET)
    assert [await answer(reader), await answer(reader)] == [b"oo", b"oo"]


POST = b"POST /%s HTTP/1.1\r\nHost: x\r\n"
UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n"
)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"400 Bad Request"),
        (POST % b"" + b"X: %s\r\n\r\n" % (b"y" * 70_000), b"431 Request Header Fields Too Large"),
        (POST % (b"a" * 9000) + b"\r\n", b"414 Request-URI Too Long"),
        (POST % b"" + b"Content-Length: 9000000\r\n\r\n" + b"x" * 9_000_000, b"413 Request Entity Too Large"),
        (
            POST % b"" + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"400 Bad Request",
        ),
        (UPGRADE + b"Content-Length: 5\r\n\r\nhello", b"400 Bad Request"),
        (UPGRADE + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", b"400 Bad Request"),
    ],
)
async def test_request_that_is_not_read_is_answered_and_only_that(
    server: SmallServer, dial: Dial, application: Answers, data: bytes, status: bytes
) -> None:
    """Also to a client that goes on sending: the answer is not lost in a reset."""
    reader, _ = await dial(data)
    head, _, body = (await rest(reader)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 " + status + b"\r\nConnection: close\r\nCache-Control: no-store\r\n")
    assert body == status.partition(b" ")[2] + b"\n"
    assert application.bodies == []
    await server.reaches(0)


async def test_refused_client_that_stays_is_dropped(server: SmallServer, dial: Dial) -> None:
    reader, writer = await dial(b"\0" * 100)
    assert (await reader.read(12)) == b"HTTP/1.1 400"
    with contextlib.suppress(OSError):
        while server.connections:
            writer.write(b"x" * 1000)
            await asyncio.sleep(0.02)
    await server.reaches(0)


async def test_garbage_after_a_request_is_refused_after_its_answer(
    server: SmallServer, dial: Dial, application: Answers
) -> None:
    reader, _ = await dial(GET + b"\x00garbage\r\n\r\n" + GET)
    assert await answer(reader) == b"oo"
    assert (await rest(reader)).startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert application.bodies == [b""]


async def test_broken_body_is_refused_and_its_application_told(
    server: SmallServer, dial: Dial, application: Answers
) -> None:
    reader, _ = await dial(POST % b"" + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nnonsense\r\n")
    assert (await rest(reader)).startswith(b"HTTP/1.1 400 Bad Request\r\n")
    await server.reaches(0)
    assert application.bodies == []


async def test_broken_body_under_an_answer_ends_the_connection(server: SmallServer, dial: Dial) -> None:
    reader, writer = await dial(POST % b"early" + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    writer.write(b"nonsense\r\n")
    assert await rest(reader) == b""
    await server.reaches(0)


async def test_hundreds_that_trickle_are_dropped_while_others_are_served(
    server: SmallServer, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Time enough for the client that behaves, whose loop also writes for the three hundred that do not.
    monkeypatch.setattr(timeouts, "HEAD", 1.0)
    slow = [await dial(b"GET / HTTP/1.1\r\n") for _ in range(300)]
    ended = asyncio.gather(*(rest(reader) for reader, _ in slow))
    while not ended.done():
        for _, writer in slow:
            writer.write(b"X: y\r\n")
        reader, _ = await dial(b"GET /?2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert await answer(reader) == b"oo"
    assert await ended == [b""] * 300
    await server.reaches(0)


# --- the end ---------------------------------------------------------------------------------------------


async def test_shutdown_waits_for_the_request_of_an_accepted_client(server: SmallServer, dial: Dial) -> None:
    reader, writer = await dial(b"GET / HTTP/1.1\r\nHo")
    await server.reaches(1)
    stopping = asyncio.ensure_future(asyncio.to_thread(server.stop))
    await asyncio.sleep(0.12)
    writer.write(b"st: x\r\n\r\n")
    assert await answer(reader) == b"oo"
    assert await rest(reader) == b""
    assert await stopping < 1


async def test_shutdown_lets_a_running_request_be_answered(
    server: SmallServer, dial: Dial, application: Answers
) -> None:
    reader, _ = await dial(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
    assert await asyncio.to_thread(application.read.wait, 10)
    stopping = asyncio.ensure_future(asyncio.to_thread(server.stop))
    await asyncio.sleep(0.2)
    server.do(application.go.set)
    assert await answer(reader) == b"oo"
    assert await rest(reader) == b""
    assert await stopping < 1


async def test_shutdown_ends_idle_and_silent_connections(server: SmallServer, dial: Dial) -> None:
    idle, _ = await dial(GET)
    assert await answer(idle) == b"oo"
    silent, _ = await dial(b"")
    await server.reaches(2)
    assert await asyncio.to_thread(server.stop_twice) < 1
    assert [await rest(idle), await rest(silent)] == [b"", b""]
