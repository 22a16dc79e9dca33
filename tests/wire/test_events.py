"""LogEvent over real sockets (competition-rules.md §1, §2), and what is kept of it."""

import json
import time
from typing import Any

import pytest

from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient


async def log(client: WireClient, key: str = "EV_SCORE", **fields: Any) -> dict[str, Any]:
    answer = await client.request("LogEventRequest", eventKey=key, **fields)
    assert answer.pop("requestId")
    return answer


def counted(server: DrivenServer, client: WireClient, total: str) -> list[tuple[Any, Any]]:
    """Group and values of each record, the oldest first."""
    rows = server.rows(
        "SELECT grouped, counted FROM competition_totalrecord WHERE player_id = ? AND total = ? ORDER BY id",
        client.user_id,
        total,
    )
    return [(json.loads(row["grouped"]), json.loads(row["counted"])) for row in rows]


def posts(server: DrivenServer, client: WireClient) -> list[dict[str, Any]]:
    return server.rows("SELECT * FROM competition_postrecord WHERE player_id = ?", client.user_id)


async def test_an_event_is_answered_and_counted(server: DrivenServer, player: Player) -> None:
    """A numeric text is a number, what is not declared counts nowhere (§1.2)."""
    client = await player("P1")
    for score in ("10", 4):
        assert await log(client, SCORE=score, COUNTRY="UK", OTHER=5) == {"@class": ".LogEventResponse"}
    assert counted(server, client, "EV_SCORE") == [({"COUNTRY": "UK"}, {"SCORE": 10})]
    assert counted(server, client, "EV_SUM") == [
        ({}, {"SUM-SCORE": 14, "COUNT-SCORE-gt-5": 1, "COUNT-SCORE": 2})
    ]


async def test_defaults_are_computed_when_the_event_arrives(server: DrivenServer, player: Player) -> None:
    client = await player("P1")
    before = int(time.time() * 1000)
    await log(client, "EV_DEFAULTS")
    ((_, values),) = counted(server, client, "EV_DEFAULTS")
    assert before - 2000 <= values["AT"] <= before + 10_000
    assert values["DAY"] in (day(before), day(before + 10_000))
    assert (values["PLAIN"], values["TAGS"]) == (7, {"a": [1]})


def day(ms: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(ms / 1000))


@pytest.mark.parametrize(
    ("key", "fields", "error"),
    [
        ("NONE", {}, {"eventKey": "INVALID"}),
        (None, {}, {"eventKey": "REQUIRED"}),
        ("EV_SCORE", {}, {"SCORE": "REQUIRED", "COUNTRY": "REQUIRED"}),
        ("EV_SCORE", {"SCORE": "x", "COUNTRY": None}, {"SCORE": "INVALID", "COUNTRY": "REQUIRED"}),
        ("EV_SCORE", {"SCORE": [1], "COUNTRY": {}}, {"SCORE": "INVALID", "COUNTRY": "INVALID"}),
    ],
)
async def test_a_faulty_event_names_every_fault_and_leaves_nothing(
    server: DrivenServer, player: Player, key: str, fields: dict[str, Any], error: dict[str, str]
) -> None:
    client = await player("P1")
    assert await log(client, key, **fields) == {"@class": ".LogEventResponse", "error": error}
    await log(client, "EV_DEFAULTS")
    assert [row["event"] for row in posts(server, client)] == ["EV_DEFAULTS"]
    assert counted(server, client, "EV_SCORE") == []


async def test_a_durable_event_counts_once(server: DrivenServer, player: Player) -> None:
    client = await player("P1")
    frame = {"eventKey": "EV_SCORE", "SCORE": 5, "COUNTRY": "UK"}
    answers = [await client.request("LogEventRequest", request_id="d_77", **frame) for _ in range(2)]
    assert answers[0] == answers[1] == {"@class": ".LogEventResponse", "requestId": "d_77"}
    assert counted(server, client, "EV_SUM") == [({}, {"SUM-SCORE": 5, "COUNT-SCORE": 1})]


async def test_a_members_event_counts_for_the_team(server: DrivenServer, player: Player) -> None:
    p1, p2, stranger = await player("P1"), await player("P2"), await player("P3")
    team = await p1.request("CreateTeamRequest", teamType="SQUAD", teamName="Squad")
    await p2.request("JoinTeamRequest", teamId=team["teamId"])
    for client, score in ((p1, 10), (p2, 5), (stranger, 100), (p1, 1)):
        await log(client, SCORE=score, COUNTRY="UK")
    rows = server.rows(
        "SELECT r.counted FROM competition_totalrecord r JOIN competition_team t ON t.id = r.team_id"
        " WHERE t.team_id = ? AND r.total = 'EV_SQUAD'",
        team["teamId"],
    )
    assert [json.loads(row["counted"]) for row in rows] == [{"SUM-SCORE": 16}]


async def test_a_server_posts_for_a_player(server: DrivenServer, player: Player) -> None:
    client = await player("P1")
    fields = {"eventKey": "EV_SCORE", "SCORE": 3, "COUNTRY": "FR", "playerId": client.user_id}
    assert await server.rest("LogEventRequest", **fields) == {"@class": ".LogEventResponse"}
    assert counted(server, client, "EV_SUM") == [({}, {"SUM-SCORE": 3, "COUNT-SCORE": 1})]
