import json
from collections.abc import Callable

import pytest

from games.models import Stage
from messaging.models import Broadcast, PlayerMessage
from players import friends
from players.models import BlockedPlayer, Player
from protocol.session import Rights, Session
from realtime import database
from tests.messaging.expanding import expand_all
from tests.players.asking import ask

pytestmark = pytest.mark.django_db(transaction=True)

AddPlayer = Callable[..., Player]


@pytest.fixture
def ana(add_player: AddPlayer) -> Player:
    return add_player("ana")


@pytest.fixture
def session(stage: Stage, ana: Player) -> Session:
    return Session(
        api_key="duel0000dice",
        game_id=stage.game_id,
        stage_id=stage.pk,
        stage="preview",
        rights=Rights("device"),
        player_id=ana.pk,
        player_name="Ana",
    )


def befriend(stage: Stage, ana: Player, count: int) -> list[str]:
    others = [
        Player(stage=stage, user_name=f"p{number}", display_name="", created_ms=1) for number in range(count)
    ]
    Player.objects.bulk_create(others)
    friends.link(ana.pk, [other.pk for other in others], friends.SERVER)
    return [other.pk for other in others]


async def test_a_hundred_friends_are_written_to_at_once(stage: Stage, ana: Player, session: Session) -> None:
    ids = await _befriend(stage, ana, 100)
    answer = await ask(session, "SendFriendMessageRequest", friendIds=ids, message="hi")
    assert answer == {"@class": ".SendFriendMessageResponse", "requestId": "1"}
    assert not await Broadcast.objects.aexists()
    assert await PlayerMessage.objects.acount() == 100


async def test_more_friends_than_that_are_left_to_the_expansion(
    stage: Stage, ana: Player, session: Session
) -> None:
    ids = await _befriend(stage, ana, 101)
    await BlockedPlayer.objects.acreate(player_id=ids[0], blocked=ana)
    answer = await ask(session, "SendFriendMessageRequest", friendIds=ids, message="hi")
    assert answer == {"@class": ".SendFriendMessageResponse", "requestId": "1"}
    assert (await Broadcast.objects.aget()).state == "expanding"
    assert await PlayerMessage.objects.acount() == 0
    await expand_all()
    copies = {copy.player_id: copy async for copy in PlayerMessage.objects.all()}
    assert sorted(copies) == sorted(ids)
    assert json.loads(copies[ids[1]].document)["who"] == "Ana"
    assert [copy.reason for copy in copies.values()].count("suppressed_blocked") == 1
    assert copies[ids[0]].reason == "suppressed_blocked"


async def _befriend(stage: Stage, ana: Player, count: int) -> list[str]:
    return await database.run(befriend, stage, ana, count)
