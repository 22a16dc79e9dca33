"""The C++-like socket against the websockets library's server."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve

from tests.raw_socket import AUTHORIZATION, BINARY, KEY, RawSocket, frame
from tests.wire_client import Closed, WireClient, WireError

requests: list[Any] = []


async def answer(connection: ServerConnection) -> None:
    requests.append(connection.request)
    async for text in connection:
        if text == "ping":
            await (await connection.ping(b"1234"))
            await connection.send("ponged")
        elif text == "pieces":
            await connection.send(["a", "b"])
        elif text == "bytes":
            await connection.send(b"x")
        elif text == "close":
            await connection.close(1012)
        else:
            await connection.send(text)


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with serve(answer, "127.0.0.1", 0, compression=None, max_size=None) as running:
        yield address(running)


def address(running: Server) -> str:
    return f"ws://127.0.0.1:{next(iter(running.sockets)).getsockname()[1]}/preview/ws/device/key?SDK=cpp"


async def test_raw_socket_sends_the_sdks_odd_upgrade(url: str) -> None:
    raw = await RawSocket.open(url)
    await raw.send("x")
    assert await raw.receive() == "x"
    assert requests[-1].path == "/preview/ws/device/key?SDK=cpp"
    assert requests[-1].headers["Authorization"] == AUTHORIZATION
    assert requests[-1].headers["Sec-WebSocket-Key"] == KEY
    await raw.close()


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536, 300_000])
async def test_raw_socket_carries_frames_of_every_length(url: str, size: int) -> None:
    raw = await RawSocket.open(url, receive_buffer=4096)
    text = "😀" * (size // 4) + "x" * (size % 4)
    await raw.send(text)
    assert await raw.receive() == text
    await raw.close()


async def test_raw_socket_answers_pings_only_while_it_should(url: str) -> None:
    raw = await RawSocket.open(url)
    await raw.send("ping")
    assert await raw.receive() == "ponged"
    raw.answers_pings = False
    await raw.send("ping")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await raw.receive()
    assert raw.pings == [b"1234", b"1234"]
    raw.abort()


async def test_raw_socket_refuses_what_the_sdk_refuses(url: str) -> None:
    for text, complaint in (("pieces", "a fragment"), ("bytes", "opcode 2")):
        raw = await RawSocket.open(url)
        await raw.send(text)
        with pytest.raises(WireError, match=complaint):
            await raw.receive()
        await raw.close()


async def test_raw_socket_reports_the_close_code(url: str) -> None:
    raw = await RawSocket.open(url)
    await raw.send("close")
    with pytest.raises(Closed) as end:
        await raw.receive()
    assert end.value.code == 1012
    await raw.close()


async def test_raw_socket_refused_upgrade_is_an_error(url: str) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(WireError, match="no answer"):
            await RawSocket.open(f"ws://127.0.0.1:{port}/")


async def test_raw_socket_carries_a_wire_client(url: str) -> None:
    async with WireClient(await RawSocket.open(url)) as client:
        await client.send({"@class": ".EchoMessage", "text": "\ud7f8 😀"})
        assert (await client.expect_message())["text"] == "\ud7f8 😀"


def test_frame_masks_with_the_constant_mask() -> None:
    assert frame(BINARY, b"\x12\x34\x56\x78\x12").hex() == "8285123456780000000000"
