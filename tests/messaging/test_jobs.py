from collections.abc import Callable

import pytest
from pytest_django import Settings

from games.models import Stage
from messaging import jobs
from messaging.models import Message, PlayerMessage
from players.models import Player
from tests.messaging.sending import send

AddPlayer = Callable[..., Player]


@pytest.fixture
def sent(stage: Stage, add_player: AddPlayer, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Two messages to three players each, forgotten two rows at a time."""
    monkeypatch.setattr(jobs, "RETENTION_BATCH", 2)
    players = [add_player(name) for name in ("ana", "bob", "eve")]
    for _ in range(2):
        send(stage, *players)
    return _counts()


def _counts() -> list[int]:
    return [Message.objects.count(), PlayerMessage.objects.count()]


def test_messages_past_their_retention_go_in_small_batches(sent: list[int], settings: Settings) -> None:
    settings.FLINT_RETENTION_MESSAGE_DAYS = -1
    counts = [sent]
    while jobs.forget_old():
        counts.append(_counts())
    assert counts == [[2, 6], [2, 4], [2, 2], [2, 0], [0, 0]]


def test_younger_messages_stay(sent: list[int], settings: Settings) -> None:
    settings.FLINT_RETENTION_MESSAGE_DAYS = 1
    assert not jobs.forget_old()
    assert _counts() == [2, 6]
