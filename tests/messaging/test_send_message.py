from collections.abc import Callable
from typing import Any

import pytest

from games.models import Stage
from messaging.models import Message, PlayerMessage
from players.models import Player
from protocol.session import Rights, Session
from realtime import database
from tests.players.asking import ask

pytestmark = pytest.mark.django_db(transaction=True)

AddPlayer = Callable[..., Player]


@pytest.fixture
def server(stage: Stage) -> Session:
    return Session(
        api_key="duel0000dice",
        game_id=stage.game_id,
        stage_id=stage.pk,
        stage="preview",
        rights=Rights("server", player=False),
    )


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, {"playerIds": "REQUIRED"}),
        ({"playerIds": []}, {"playerIds": "REQUIRED"}),
        ({"playerIds": 5}, {"playerIds": "INVALID"}),
        ({"playerIds": [f"{number}" for number in range(10_001)]}, {"playerIds": "LIMIT"}),
        ({"segmentQuery": "NONE"}, {"segmentQuery": "INVALID"}),
        ({"playerIds": ["x"], "extCode": "NONE"}, {"extCode": "INVALID"}),
        ({"playerIds": ["x"], "extCode": ""}, {"extCode": "INVALID"}),
        ({"playerIds": ["x"], "data": {"a": "b" * 70_000}}, {"data": "TOO_LARGE"}),
        ({"playerIds": ["x"], "deviceTypes": ["psp"]}, {"deviceTypes": "INVALID"}),
        ({"playerIds": ["x"], "expireAfterHours": -1}, {"expireAfterHours": "INVALID"}),
        ({"playerIds": ["x"], "sendAt": "2030-01-01T10:00Z"}, {"sendAt": "INVALID"}),
        ({"playerIds": ["x"], "localTime": "10:00"}, {"localTime": "INVALID"}),
    ],
)
async def test_faults_are_named_and_nothing_is_stored(
    server: Session, fields: dict[str, Any], error: dict[str, str]
) -> None:
    answer = await ask(server, "SendMessageRequest", **fields)
    assert answer == {"@class": ".SendMessageResponse", "requestId": "1", "error": error}
    assert not await Message.objects.aexists()


async def test_players_of_other_stages_are_unknown_and_listed(
    server: Session, stage: Stage, add_player: AddPlayer
) -> None:
    live = await database.run(stage.game.stage, "live")
    ana, elsewhere = await database.run(add_player, "ana"), await Player.objects.acreate(stage=live)
    answer = await ask(server, "SendMessageRequest", playerIds=[ana.id, elsewhere.id, "x"])
    assert (answer["error"], answer["invalidPlayerIds"]) == ({"playerIds": "INVALID"}, [elsewhere.id, "x"])
    assert not await Message.objects.aexists()


async def test_the_answer_names_the_message_and_counts_its_recipients(
    server: Session, add_player: AddPlayer
) -> None:
    ana = await database.run(add_player, "ana")
    answer = await ask(
        server, "SendMessageRequest", playerIds=[ana.id, ana.id], title="Hi", expireAfterHours=0
    )
    message = await Message.objects.aget()
    assert answer == {
        "@class": ".SendMessageResponse",
        "requestId": "1",
        "messageId": message.id,
        "recipients": 1,
    }
    copy = await PlayerMessage.objects.aget()
    assert copy.expires_ms == copy.created_ms
