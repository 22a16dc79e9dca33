"""How the real server ends with sockets open."""

import asyncio
import socket
from typing import Any

from websockets.asyncio.client import connect

from realtime.server import Server
from tests.realtime.small_server import Keeper, SmallServer
from tests.realtime.websocket.clients import Dial, closed_with, dial, fill


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
