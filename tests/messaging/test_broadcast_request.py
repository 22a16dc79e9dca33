import json
from typing import Any

import pytest

from games.models import AuditEntry, Credential, Stage
from messaging.models import Broadcast, Message
from players.models import Player
from players.segment_settings import save_query
from protocol.session import Rights, Session
from realtime import database
from tests.messaging.expanding import add_players, expand_all, receivers
from tests.players.asking import ask

pytestmark = pytest.mark.django_db(transaction=True)


def session(stage: Stage, admin: bool = True) -> Session:
    return Session(
        api_key="duel0000dice",
        game_id=stage.game_id,
        stage_id=stage.pk,
        stage=stage.name,
        rights=Rights("operators", player=False, admin=admin),
    )


@pytest.fixture
def players(stage: Stage) -> list[Player]:
    """20, one of them Ada; the game has a credential with admin requests."""
    secret = {"secret": "the operators' secret", "name": "Operators"}
    Credential.objects.create(game=stage.game, short_code="operators", player=False, admin=True, **secret)
    query = {"field": "displayName", "op": "eq", "value": "Ada"}
    save_query(stage.game, "ADAS", None, name="", query=query)
    players = add_players(stage, 20)
    Player.objects.filter(id=players[3].id).update(display_name="Ada")
    return players


async def broadcast(stage: Stage, **fields: Any) -> dict[str, Any]:
    answer = await ask(session(stage), "BroadcastRequest", **fields)
    assert (answer.pop("@class"), answer.pop("requestId")) == (".BroadcastResponse", "1")
    return answer


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, {"segmentQuery": "REQUIRED"}),
        ({"all": False}, {"segmentQuery": "REQUIRED"}),
        ({"segmentQuery": "NONE"}, {"segmentQuery": "INVALID"}),
        ({"segmentQuery": "ADAS", "all": True}, {"all": "INVALID"}),
        ({"all": True, "extCode": "NONE"}, {"extCode": "INVALID"}),
        ({"all": True, "data": {"a": "b" * 70_000}}, {"data": "TOO_LARGE"}),
        ({"all": True, "rate": 0}, {"rate": "INVALID"}),
        ({"all": True, "rate": 0.5}, {"rate": "INVALID"}),
        ({"all": True, "canary": -1}, {"canary": "INVALID"}),
        ({"all": True, "goOnAfter": 5}, {"goOnAfter": "INVALID"}),
        (
            {"all": True, "canary": 5, "goOnAfter": 5, "failedShare": 2, "sendAt": "2030-01-01T10:00Z"},
            {"failedShare": "INVALID", "sendAt": "INVALID"},
        ),
        ({"action": "pause"}, {"broadcastId": "INVALID"}),
        ({"broadcastId": "f" * 24, "action": "status"}, {"broadcastId": "INVALID"}),
        ({"broadcastId": "f" * 24}, {"action": "INVALID"}),
        ({"broadcastId": "f" * 24, "action": "explode"}, {"action": "INVALID"}),
    ],
)
async def test_faults_are_named_and_nothing_is_stored(
    stage: Stage, players: list[Player], fields: dict[str, Any], error: dict[str, str]
) -> None:
    assert await broadcast(stage, **fields) == {"error": error}
    assert not await Message.objects.aexists()


async def test_a_credential_without_admin_requests_is_refused(stage: Stage, players: list[Player]) -> None:
    answer = await ask(session(stage, admin=False), "BroadcastRequest", all=True)
    assert answer["error"] == {"@class": "NOT_ALLOWED"}
    assert not await Message.objects.aexists()


async def test_a_broadcast_reaches_a_segment_query_under_the_sends_own_settings(
    stage: Stage, players: list[Player]
) -> None:
    fields = {"segmentQuery": "ADAS", "data": {"coins": 5}, "title": "Hi", "rate": 50, "canary": 5}
    started = await broadcast(stage, **fields, goOnAfter=60, failedShare=0.1)
    assert started == {
        "broadcastId": started["broadcastId"],
        "state": "expanding",
        "expanded": 0,
        "failed": 0,
    }
    row = await Broadcast.objects.select_related("message").aget()
    assert (row.rate, row.canary, row.go_on_seconds, row.failed_share) == (50, 5, 60, 0.1)
    assert json.loads(row.message.overrides) == {"title": "Hi"}
    assert json.loads(row.message.origin) == {"request": "BroadcastRequest", "credential": "operators"}
    await expand_all()
    assert await database.run(receivers) == [players[3].id]
    assert await broadcast(stage, broadcastId=started["broadcastId"], action="status") == {
        "broadcastId": started["broadcastId"],
        "state": "expanded",
        "total": 1,
        "expanded": 1,
        "failed": 0,
    }


async def test_a_broadcast_is_paused_resumed_and_aborted_in_the_credentials_name(
    stage: Stage, players: list[Player]
) -> None:
    started = await broadcast(stage, all=True, canary=5)
    await expand_all()
    for action, state in [("resume", "expanding"), ("pause", "paused"), ("abort", "aborted")]:
        answer = await broadcast(stage, broadcastId=started["broadcastId"], action=action)
        assert (answer["state"], answer["expanded"], answer["total"]) == (state, 5, 20)
    answer = await broadcast(stage, broadcastId=started["broadcastId"], action="resume")
    assert answer == {"error": {"action": "INVALID"}}
    entries = AuditEntry.objects.filter(action__startswith="broadcast.").order_by("id")
    assert [(row.actor_name, row.action) async for row in entries] == [
        ("credential operators", f"broadcast.{action}") for action in ("start", "resume", "pause", "abort")
    ]


async def test_a_broadcast_of_the_other_stage_is_unknown(stage: Stage, players: list[Player]) -> None:
    started = await broadcast(stage, all=True)
    live = await database.run(stage.game.stage, "live")
    answer = await broadcast(live, broadcastId=started["broadcastId"], action="abort")
    assert answer == {"error": {"broadcastId": "INVALID"}}
    assert (await Broadcast.objects.aget()).state == "expanding"
