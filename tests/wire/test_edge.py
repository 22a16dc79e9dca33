"""Clients that abuse their socket: what they cost is bounded, and others do not notice."""

import asyncio
import contextlib
import json
import resource
import socket
import time
from collections import deque

import pytest

from tests.live_server import unique
from tests.raw_socket import TEXT, RawSocket, frame
from tests.server_fixtures import Connect
from tests.wire.conftest import NewDriven, Player
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


async def drop(client: WireClient) -> None:
    """Without a goodbye that nobody would read."""
    assert isinstance(client.socket, RawSocket)
    client.socket.abort()
    with contextlib.suppress(OSError):
        await client.socket.writer.wait_closed()
    await client.close()


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
    await drop(client)


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
    await asyncio.wait([attacking])
    await drop(attacker)
    assert sum(waits) < 5


# --- how many sockets ------------------------------------------------------------------------------------


async def first_frame(url: str, address: str = "127.0.0.1") -> WireClient:
    """A client that connected and got its first frame; `address` is what the proxy says."""
    client = await WireClient.open(url, additional_headers={"X-Forwarded-For": address})
    await client.next_response()
    return client


async def test_oldest_socket_of_a_player_makes_room_for_the_newest(
    server: DrivenServer, connect: Connect
) -> None:
    phone = unique("phone")
    sockets = [await connect() for _ in range(4)]
    async with server.settings(FLINT_LIMIT_SOCKETS_PER_PLAYER=2):
        for socket in sockets:
            await socket.device_log_in(phone)
        assert [await socket.wait_closed() for socket in sockets[:2]] == [4409, 4409]
    assert await server.before_marker(sockets[3]) == []
    assert [frame["extCode"] for frame in sockets[2].messages] == ["MARKER"]


async def test_an_address_may_hold_so_many_sockets(server: DrivenServer) -> None:
    async with server.settings(FLINT_LIMIT_SOCKETS_PER_ADDRESS=2, TRUSTED_HOPS=1):
        held = [await first_frame(server.url(), "203.0.113.50") for _ in range(2)]
        assert [set(client.frames[0]) for client in held] == [{"@class", "nonce"}] * 2
        async with await first_frame(server.url(), "203.0.113.50") as refused:
            assert refused.frames[0]["error"] == {"sockets": "LIMIT"}
            assert await refused.wait_closed() == 4401
        async with await first_frame(server.url(), "203.0.113.51") as neighbour:
            assert "nonce" in neighbour.frames[0]
        await held.pop().close()
        async with await first_frame(server.url(), "203.0.113.50") as next_one:
            assert "nonce" in next_one.frames[0]
        await held.pop().close()


async def test_full_process_says_so_and_takes_the_next_once_somebody_left(new_driven: NewDriven) -> None:
    server = new_driven(FLINT_LIMIT_SOCKETS="16")
    held = [await first_frame(server.url()) for _ in range(16)]
    assert {"nonce" in client.frames[0] for client in held} == {True}
    async with await first_frame(server.url()) as refused:
        assert refused.frames[0] == {"@class": ".AuthenticatedConnectResponse", "error": {"server": "FULL"}}
        assert await refused.wait_closed() == 4401
    assert (
        "server FULL; this process holds as many sockets as it may: see FLINT_LIMIT_SOCKETS" in server.log()
    )
    await held.pop().close()
    held.append(await first_frame(server.url()))
    assert "nonce" in held[-1].frames[0]
    for client in held:
        await client.close()


async def test_thousands_of_half_open_connects_keep_nobody_out(new_driven: NewDriven) -> None:
    """3,400 in ten seconds, many more than the process has room for: who says nothing makes room."""
    server = new_driven(FLINT_LIMIT_SOCKETS="500", FLINT_LIMIT_SOCKETS_PER_ADDRESS="100000")
    strangers: deque[socket.socket] = deque()

    async def come() -> None:
        began = time.monotonic()
        for number in range(3400):
            await asyncio.sleep(max(0.0, began + number / 340 - time.monotonic()))
            stranger = socket.create_connection(("127.0.0.1", server.port))
            stranger.send(b"GET /preview/ws/device HTTP/1.1\r\nHo")
            strangers.append(stranger)
            if len(strangers) > 700:  # more than the process holds: it ended these long ago
                strangers.popleft().close()

    coming = asyncio.ensure_future(come())
    served = 0
    while not coming.done():
        async with await first_frame(server.url()) as client:
            assert "nonce" in client.frames[0]
        served += 1
        await asyncio.sleep(0.1)
    await coming
    assert served >= 20
    assert "Traceback" not in server.log()
    for stranger in strangers:
        stranger.close()


async def test_process_keeps_files_back_for_its_own_work_when_clients_would_take_them_all(
    new_driven: NewDriven,
) -> None:
    """160 files, 200 clients: without what is kept back, accepting and the database would meet EMFILE."""
    server = new_driven(FLINT_LIMIT_SOCKETS_PER_ADDRESS="100000")
    assert server.process is not None
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (160, 160))
    async with await connected(server) as ana:
        strangers = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
        given = {"displayName": "Ana", "userName": "ana", "password": "ana"}
        registered = await ana.request("RegistrationRequest", **given)
        assert registered["displayName"] == "Ana"
        details = await ana.request("AccountDetailsRequest")
        assert details["displayName"] == "Ana"
        for stranger in strangers:
            stranger.close()
    async with await first_frame(server.url()) as client:
        assert "nonce" in client.frames[0]
    assert "Traceback" not in server.log()
    assert "Too many open files" not in server.log()
