"""The live server as a tool: it starts, is spoken to, is killed and comes back on the same data."""

import os
import signal
from collections.abc import Callable

import pytest

from tests.live_server import LiveServer, ServerFailed, unique
from tests.raw_socket import RawSocket
from tests.server_fixtures import Connect
from tests.shifted_framing import ShiftedFraming
from tests.wire_client import WireClient
from tests.wire_games import GAME, OTHER_GAME

pytestmark = pytest.mark.sqlite
NewServer = Callable[..., LiveServer]


def test_live_server_is_ready(server: LiveServer) -> None:
    assert server.get("/healthz")[0] == 200
    assert server.get("/readyz")[0] == 200


async def test_live_server_speaks_to_clients_of_both_games(server: LiveServer, connect: Connect) -> None:
    anna = await connect()
    assert (await anna.register(unique("anna")))["userId"] == anna.user_id
    other = await connect(game=OTHER_GAME)
    answer = await other.log_in("nobody")
    assert "error" in answer


async def test_live_server_takes_marker_messages(server: LiveServer, connect: Connect) -> None:
    anna = await connect()
    await anna.register(unique("anna"))
    assert await server.before_marker(anna) == []
    sent = await server.rest(
        "SendMessageRequest", playerIds=[anna.user_id], data={"gift": "dice"}, extCode="DAILY_GIFT"
    )
    assert "error" not in sent
    assert [frame["extCode"] for frame in await server.before_marker(anna)] == ["DAILY_GIFT"]


async def test_live_server_speaks_to_cpp_and_c_sharp_clients(server: LiveServer, connect: Connect) -> None:
    path = f"ws://127.0.0.1:{server.port}/preview/ws/secure/{OTHER_GAME.api_key}"
    secret = OTHER_GAME.secrets["device"]
    async with await WireClient.connect(f"{path}?SDK=x", secret, framing=ShiftedFraming(secret)) as sharp:
        await sharp.register(unique("sharp"))
        assert sharp.user_id
    async with WireClient(await RawSocket.open(path)) as plus:
        await plus.handshake(secret)
        await plus.register(unique("plus"))
        assert plus.user_id


async def test_live_server_keeps_its_data_over_kill_9(new_server: NewServer, connect: Connect) -> None:
    server = new_server()
    name = unique("anna")
    anna = await connect(on=server)
    await anna.register(name)
    port, pid = server.port, server.pid
    server.kill()
    assert await anna.wait_closed() in {1005, 1006}
    server.start()
    assert (server.port, server.pid != pid) == (port, True)
    again = await connect(on=server)
    assert (await again.log_in(name))["userId"] == anna.user_id
    assert server.rows("SELECT COUNT(*) AS n FROM players_player")[0]["n"] == 1
    assert server.resident_bytes() > 10_000_000


def test_live_server_ends_cleanly(new_server: NewServer) -> None:
    server = new_server()
    assert server.stop() == 0
    server.start()
    server.pause()
    with pytest.raises(TimeoutError):
        server.get("/healthz", within=0.2)
    server.resume()
    assert server.get("/healthz")[0] == 200


def test_live_server_takes_settings(new_server: NewServer) -> None:
    server = new_server(FLINT_DEBUG="perhaps", start=False)
    with pytest.raises(ServerFailed, match="FLINT_DEBUG must be 1 or 0"):
        server.start()


def test_live_server_runs_commands_on_its_data(new_server: NewServer) -> None:
    server = new_server(start=False)
    assert f'"apiKey": "{GAME.api_key}"' in server.manage("export_game", GAME.api_key)
    assert "NOSUCHKEY" in server.manage("export_game", "NOSUCHKEY", code=1)


def test_live_server_dies_with_kill(new_server: NewServer) -> None:
    server = new_server()
    server.pause()
    server.kill()
    with pytest.raises(ProcessLookupError):
        os.kill(server.pid, signal.SIG_DFL)
