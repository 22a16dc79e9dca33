from collections.abc import Callable

import pytest

from games.models import Stage
from players import jobs
from players.models import AnalyticsEvent, AuthToken, DurableReply, Player
from protocol.dates import now_ms

pytestmark = pytest.mark.django_db

DAY = 86_400_000
HOUR = 3_600_000


@pytest.fixture
def ana(add_player: Callable[..., Player]) -> Player:
    return add_player("ana")


def test_dead_tokens_go(ana: Player) -> None:
    for name, expires in (("dead", now_ms() - 1), ("alive", now_ms() + HOUR)):
        AuthToken.objects.create(hash=name, player=ana, expires_ms=expires)
    assert jobs.delete_dead_tokens() is False
    assert [token.hash for token in AuthToken.objects.all()] == ["alive"]


def test_replies_go_after_seven_days(ana: Player) -> None:
    for name, age in (("old", 7 * DAY), ("young", 7 * DAY - HOUR)):
        DurableReply.objects.create(key=name, created_ms=now_ms() - age)
    assert jobs.delete_old_replies() is False
    assert [reply.key for reply in DurableReply.objects.all()] == ["young"]


def test_analytics_go_after_thirty_days(stage: Stage, ana: Player) -> None:
    for name, age in (("old", 30 * DAY), ("young", 30 * DAY - HOUR)):
        AnalyticsEvent.objects.create(stage=stage, player=ana, key=name, at_ms=now_ms() - age)
    assert jobs.delete_old_analytics() is False
    assert [event.key for event in AnalyticsEvent.objects.all()] == ["young"]


def test_a_job_deletes_a_batch_at_a_time_and_asks_to_go_on() -> None:
    DurableReply.objects.bulk_create(DurableReply(key=str(n), created_ms=0) for n in range(jobs.BATCH + 1))
    assert jobs.delete_old_replies() is True
    assert DurableReply.objects.count() == 1
    assert jobs.delete_old_replies() is False
    assert not DurableReply.objects.exists()


def test_every_job_is_listed() -> None:
    assert [name for name, _, _ in jobs.JOBS] == [
        "players.delete_dead_tokens",
        "players.delete_old_replies",
        "players.delete_old_analytics",
    ]
