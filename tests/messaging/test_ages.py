"""How long messages wait, as metrics say."""

from collections.abc import Callable

import pytest

from games.models import Stage
from messaging import ages, metrics
from messaging.ages import look
from messaging.models import Broadcast, Message, PlayerMessage
from players.models import Player
from protocol.dates import now_ms
from protocol.ids import new_id
from realtime import database
from tests.messaging.sending import send

pytestmark = pytest.mark.django_db(transaction=True)


def broadcast(stage: Stage, created_ms: int, **fields: object) -> None:
    message = Message.objects.create(
        id=new_id(),
        stage=stage,
        message_class="ScriptMessage",
        created_ms=created_ms,
        expires_ms=created_ms + 3_600_000,
    )
    Broadcast.objects.create(message=message, stage=stage, audience="all", created_ms=created_ms, **fields)


def test_overdue_copy_is_found_and_those_not_due_are_not(
    stage: Stage, add_player: Callable[..., Player]
) -> None:
    ana, bob = add_player("ana"), add_player("bob")
    send(stage, ana, bob)
    PlayerMessage.objects.update(due_ms=now_ms() + 60_000)
    assert look().copy == 0.0
    PlayerMessage.objects.filter(player=bob).update(due_ms=now_ms() - 90_000)
    assert 90 <= look().copy < 120


def test_broadcast_waits_from_when_it_could_go_on(stage: Stage) -> None:
    now = now_ms()
    broadcast(stage, now - 500_000, due_ms=None, total=70)  # paused
    broadcast(stage, now - 400_000, due_ms=now + 60_000, total=100, expanded=20, failed=5)  # paced
    assert look() == (0.0, 0.0, 75)
    broadcast(stage, now - 90_000, due_ms=0, total=None)  # nobody has looked at it yet
    waiting = look()
    assert 90 <= waiting.broadcast < 120
    assert waiting.recipients == 75


async def test_ages_are_measured_for_whoever_scrapes(stage: Stage) -> None:
    await database.run(broadcast, stage, now_ms() - 90_000)
    await ages.measure()
    (age,) = metrics.oldest_broadcast.values.values()
    assert isinstance(age, float)
    assert 90 <= age < 120
