"""Clients that abuse their socket: what they cost is bounded, and others do not notice."""

import asyncio
import json

import pytest

from tests.raw_socket import TEXT, RawSocket, frame
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire_client import Closed, WireClient
from tests.wire_games import GAME

LONG = "x" * 200_000
MEGABYTE = 1024 * 1024


def request(name: str, request_id: str = "1") -> str:
    return json.dumps({"@class": f".{name}", "requestId": request_id})


async def connected(server: DrivenServer, receive_buffer: int = 0) -> WireClient:
    """A raw client past its handshake; slow with a small buffer."""
    client = WireClient(await RawSocket.open(server.url(), receive_buffer=receive_buffer))
    await client.handshake(GAME.secrets["device"])
    return client


async def test_client_that_asks_and_does_not_read_is_ended_before_it_holds_much(server: DrivenServer) -> None:
    """Each answer repeats the requestId. Some megabytes fit into the kernel's buffers."""
    client = await connected(server, receive_buffer=4096)
    socket = client.socket
    assert isinstance(socket, RawSocket)
    socket.reading.clear()
    before, held = server.resident_bytes(), [0]
    asked = frame(TEXT, request("NoSuchRequest", LONG).encode())

    async def ask() -> None:
        while True:
            await socket.send_bytes(asked)
            held.append(server.resident_bytes() - before)

    with pytest.raises(Closed):
        await asyncio.wait_for(ask(), 30)
    assert max(held) < 8 * MEGABYTE
    socket.abort()


async def test_slow_reader_gets_all_its_answers(server: DrivenServer) -> None:
    client = await connected(server, receive_buffer=4096)
    async with client:
        for number in range(4):
            await client.send_text(request("NoSuchRequest", f"{number}{LONG}"))
        for number in range(4):
            assert (await client.answer(f"{number}{LONG}"))["error"] == {"@class": "UNKNOWN"}


@pytest.mark.parametrize("proved", [True, False])
async def test_arrays_of_nonsense_do_not_starve_others(
    server: DrivenServer, player: Player, proved: bool
) -> None:
    """An unknown class is no request that a limit would count, but it is counted as a frame."""
    ana = await player("ana")
    attacker = await connected(server) if proved else WireClient(await RawSocket.open(server.url()))
    socket = attacker.socket
    assert isinstance(socket, RawSocket)

    async def attack() -> None:
        array = frame(TEXT, json.dumps([{"@class": ".X"}] * 100).encode())
        while True:
            await socket.send_bytes(array * 20)

    attacking = asyncio.ensure_future(attack())
    loop, waits = asyncio.get_running_loop(), []
    for _ in range(100):
        began = loop.time()
        assert "error" not in await ana.request("AccountDetailsRequest")
        waits.append(loop.time() - began)
    attacking.cancel()
    socket.abort()
    assert sum(waits) < 5
