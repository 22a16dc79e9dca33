"""What the tests of sockets do with a client, and with the server's end of it."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.raw_socket import RawSocket
from tests.realtime.small_server import PATIENCE, SmallServer


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


def fill(server: SmallServer, transport: Any) -> None:
    """Write until the server's own buffer for this socket is full."""

    def write() -> None:
        for _ in range(64):
            transport.write_text(b"x" * 65536)

    server.do(write)


async def closed_with(client: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        await client.recv()
    return closed.value.rcvd.code if closed.value.rcvd else 1006
