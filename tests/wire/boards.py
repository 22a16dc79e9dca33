"""Games of a test's own with leaderboards, so that these are empty when it begins."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.live_server import unique
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire_client import Frame, WireClient
from tests.wire_games import WireGame


def event(code: str, **aggregations: str) -> dict[str, Any]:
    """Grouped attributes are Strings, others Numbers."""
    return {
        "shortCode": code,
        "attributes": [
            {"shortCode": name, "type": "string" if how == "grouped" else "number", "aggregation": how}
            for name, how in aggregations.items()
        ],
    }


EVENTS = [
    event("SCORE_EVT", SCORE_ATTR="max"),
    event("TIME_EVT", TIME="min"),
    event("HSWC", SCORE="max", COUNTRY="grouped"),
    event("HS", SCORE="max"),
]
TOTALS = [
    {
        "shortCode": "SQUAD_SCORE",
        "event": "HS",
        "teamType": "SQUAD",
        "collectors": [{"attribute": "SCORE", "calculation": "sum"}],
    }
]


def field(total: str, collector: str, sort: str = "none", **more: Any) -> dict[str, Any]:
    return {"runningTotal": total, "collector": collector, "sort": sort, **more}


def board(code: str, *fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    switched = {"highScoreNotifications": True}
    return {"shortCode": code, "name": f"The board {code}", "fields": list(fields), **switched, **more}


HIGH_SCORE_LB = board("HIGH_SCORE_LB", field("SCORE_EVT", "SCORE_ATTR", "desc"))
HSBC = board("HSBC", field("HSWC", "SCORE", "desc", group="max"), field("HSWC", "COUNTRY", group="partition"))
SQUAD_LB = board("SQUAD_LB", field("SQUAD_SCORE", "SCORE", "desc"), teamType="SQUAD")


@dataclass
class BoardGame:
    """A game on the shared server, with players named by the test."""

    server: DrivenServer
    game: WireGame
    new_player: Player

    async def player(self, name: str) -> WireClient:
        return await self.new_player(name, game=self.game)

    async def players(self, *names: str) -> list[WireClient]:
        return [await self.player(name) for name in names]

    async def befriend(self, one: WireClient, *others: WireClient) -> None:
        await self.server.befriend(one.user_id, *[each.user_id for each in others], game=self.game)

    async def heard(self, *clients: WireClient) -> list[list[Frame]]:
        """What reached each of them since they were last asked."""
        return [await self.server.before_marker(client, game=self.game) for client in clients]


NewGame = Callable[..., Awaitable[BoardGame]]


@pytest.fixture
def board_game(server: DrivenServer, player: Player, tmp_path: Path) -> NewGame:
    """`await board_game(HIGH_SCORE_LB, …)`: a game with these boards; further sections by name."""

    async def make(*boards: dict[str, Any], **sections: Any) -> BoardGame:
        return await import_boards(server, player, tmp_path, *boards, **sections)

    return make


async def import_boards(
    server: DrivenServer, player: Player, folder: Path, *boards: dict[str, Any], **sections: Any
) -> BoardGame:
    """`player` opens clients on that server; the document is written into the folder."""
    document = {
        "format": "flint.game/1",
        "name": "Boards",
        "apiKey": unique("Boards").replace("-", ""),
        "credentials": [
            {"shortCode": "device", "name": "Device", "secret": "d", "player": True, "listener": True},
            {
                "shortCode": "server",
                "name": "Server",
                "secret": "s",
                "player": False,
                "restPolicy": "allowed",
            },
        ],
        "messageExtensions": [{"shortCode": "MARKER", "name": "Marks a point in time"}],
        "events": EVENTS,
        "runningTotals": TOTALS,
        "leaderboards": list(boards),
        "teams": [{"shortCode": "SQUAD", "name": "Squad"}],
        **sections,
    }
    file = folder / "game.json"
    file.write_text(json.dumps(document))
    await server.command("import_game", str(file))
    return BoardGame(server, WireGame.read(file), player)


async def log(client: WireClient, event: str, **values: Any) -> Frame:
    """The answer to a LogEventRequest, which must be without an error."""
    answer = await client.request("LogEventRequest", eventKey=event, **values)
    assert set(answer) == {"@class", "requestId"}, answer
    return answer


async def score(client: WireClient, value: Any) -> Frame:
    return await log(client, "SCORE_EVT", SCORE_ATTR=value)


def classes(frames: list[Frame]) -> list[str]:
    return [frame["@class"].removeprefix(".") for frame in frames]
