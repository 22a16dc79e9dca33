"""What a running server writes down of its credentials."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.live_server import LiveServer, unique
from tests.server_fixtures import Connect
from tests.wire_games import GAME

ROWS = "SELECT short_code, used_ms FROM games_credential WHERE used_ms > 0 ORDER BY short_code"


def rows(server: LiveServer) -> list[Any]:
    return [row["short_code"] for row in server.rows(ROWS)]


async def test_sockets_and_rest_calls_use_their_credentials(
    new_server: Callable[..., LiveServer], connect: Connect
) -> None:
    server = new_server()
    assert rows(server) == []
    player = await connect(on=server, credential="device")
    await player.register(unique("uma"))
    await server.rest("ListTeamsRequest", credential="server-send")
    wrong = replace(GAME, secrets=GAME.secrets | {"debug": "wrong"})
    assert "error" in await server.rest("ListTeamsRequest", credential="debug", game=wrong)
    assert rows(server) == [], "no request writes"
    server.stop()
    assert rows(server) == ["device", "server-send"]
