from collections.abc import Callable

import pytest

from games.models import Stage
from messaging import retention
from messaging.models import Broadcast, Message, PlayerMessage
from messaging.retention import Retention
from players.models import Player
from protocol.dates import now_ms
from protocol.ids import first_id, new_id

Sent = Callable[..., Message]
DAY_MS = 24 * 3_600_000


@pytest.fixture
def sent(stage: Stage, add_player: Callable[..., Player], monkeypatch: pytest.MonkeyPatch) -> Sent:
    """`sent(100, valid=365)`: a message sent 100 days ago to three players, valid for 365 days. Messages are
    forgotten two rows at a time."""
    monkeypatch.setattr(retention, "BATCH", 2)
    players = [add_player(name) for name in ("ana", "bob", "eve")]

    def send(days: int, valid: int = 3) -> Message:
        created = now_ms() - days * DAY_MS
        times = {"created_ms": created, "expires_ms": created + valid * DAY_MS}
        message_id = first_id(created)[:12] + new_id()[12:]
        message = Message.objects.create(id=message_id, stage=stage, message_class="ScriptMessage", **times)
        for player in players:
            PlayerMessage.objects.create(message=message, player=player, document="{}", **times)
        return message

    return send


def kept() -> list[Message]:
    return list(Message.objects.order_by("id"))


def test_messages_past_their_retention_go_in_small_batches(sent: Sent) -> None:
    sent(100)
    sent(99)
    forgetting, counts = Retention(), []
    while forgetting.forget_old():
        counts.append((Message.objects.count(), PlayerMessage.objects.count()))
    assert counts == [(2, 4), (2, 2), (2, 0), (0, 0)]


def test_younger_messages_stay(sent: Sent) -> None:
    young = sent(89)
    assert not Retention().forget_old()
    assert kept() == [young]
    assert PlayerMessage.objects.count() == 3


def test_a_message_stays_until_it_expires_however_old_it_is(sent: Sent) -> None:
    valid = [sent(300, valid=365) for _ in range(3)]
    sent(200)
    forgetting = Retention()
    while forgetting.forget_old():
        pass
    assert kept() == valid
    assert PlayerMessage.objects.count() == 9
    now = now_ms()
    Message.objects.filter(id=valid[1].id).update(expires_ms=now)
    while forgetting.forget_old():  # the next hour's
        pass
    assert kept() == [valid[0], valid[2]]


@pytest.mark.parametrize(
    ("state", "stays"),
    [("expanding", True), ("paused", True), ("canary", True), ("expanded", False), ("aborted", False)],
)
def test_a_message_stays_while_it_is_being_sent(sent: Sent, state: str, stays: bool) -> None:
    old = sent(100)
    Broadcast.objects.create(
        message=old, stage=old.stage, audience="all", state=state, created_ms=old.created_ms
    )
    forgetting = Retention()
    while forgetting.forget_old():
        pass
    assert kept() == ([old] if stays else [])
