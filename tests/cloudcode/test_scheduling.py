"""Scheduled modules as rows: who may run one, and what a dead worker leaves."""

from collections.abc import Callable

import pytest

from cloudcode import scheduling
from cloudcode.models import ScheduledItem
from games.models import Stage
from players.models import Player
from protocol import dates, ids
from protocol.dates import now_ms

pytestmark = pytest.mark.django_db


def plan(
    stage: Stage, module: str = "M", delay_ms: int = 0, key: str | None = None, player: str = ""
) -> None:
    scheduling.schedule(stage.pk, module, delay_ms, '{"a":1}', key, player)


def test_so_many_wait_for_a_stage_and_no_more(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert scheduling.MOST_PENDING == 100_000
    monkeypatch.setattr(scheduling, "MOST_PENDING", 3)
    plan(stage, "FIRST", key="same")
    for _ in range(5):
        plan(stage)
    plan(stage, key="another")
    assert ScheduledItem.objects.count() == 3
    plan(stage, "SECOND", key="same")
    assert ScheduledItem.objects.get(key="same").module == "SECOND"
    plan(stage.game.stage("live"))
    assert ScheduledItem.objects.count() == 4
    scheduling.claim(stage.pk)
    ScheduledItem.objects.filter(tries=1).delete()
    plan(stage)
    assert ScheduledItem.objects.count() == 4


def let_pass(seconds: float) -> None:
    dates.correct(dates.correction_ms() + int(seconds * 1000))


@pytest.fixture(autouse=True)
def _right_clock() -> object:
    yield
    dates.correct(0)
    ids.restart()  # else later tests' ids would stay ahead


def test_an_item_is_claimed_by_one_and_the_longest_due_first(stage: Stage) -> None:
    plan(stage, "SECOND")
    plan(stage, "LATER", 60_000)
    let_pass(1)
    plan(stage, "THIRD")
    claims = [scheduling.claim(stage.pk) for _ in range(3)]
    assert [each and each.item.module for each in claims] == ["SECOND", "THIRD", None]
    assert claims[0] is not None
    assert (claims[0].item.data, claims[0].player_id) == ('{"a":1}', None)
    assert scheduling.claim(stage.game.stage("live").pk) is None


def test_what_a_dead_worker_claimed_is_claimed_again(stage: Stage) -> None:
    plan(stage)
    dead = scheduling.claim(stage.pk)
    let_pass(11)
    assert scheduling.claim(stage.pk) is None  # it might still run: 10 s, and a margin
    let_pass(2)
    heir = scheduling.claim(stage.pk)
    assert dead is not None
    assert heir is not None
    assert (heir.item.pk, heir.item.tries) == (dead.item.pk, 2)
    scheduling.finish(dead.item)  # it was not dead
    assert ScheduledItem.objects.count() == 1
    scheduling.finish(heir.item)
    assert ScheduledItem.objects.count() == 0


def test_a_run_that_ends_does_not_end_what_replaced_its_item(stage: Stage) -> None:
    plan(stage, "OLD", key="k")
    old = scheduling.claim(stage.pk)
    plan(stage, "NEW", key="k")
    assert old
    scheduling.finish(old.item)
    new = scheduling.claim(stage.pk)
    assert new is not None
    assert (new.item.module, new.item.tries) == ("NEW", 1)


def test_keys_are_a_stage_s_own(stage: Stage) -> None:
    live = stage.game.stage("live")
    plan(stage, "A", key="k")
    plan(live, "B", key="k")
    assert scheduling.cancel(stage.pk, "k") is True
    assert scheduling.cancel(stage.pk, "k") is False
    assert [row.module for row in ScheduledItem.objects.all()] == ["B"]


def test_what_could_not_begin_is_put_off_and_counts_as_no_try(stage: Stage) -> None:
    plan(stage)
    claimed = scheduling.claim(stage.pk)
    assert claimed
    scheduling.put_off(claimed.item)
    assert scheduling.claim(stage.pk) is None
    let_pass(6)
    again = scheduling.claim(stage.pk)
    assert again is not None
    assert again.item.tries == 1


def test_a_player_who_is_gone_is_nobody(stage: Stage, add_player: Callable[..., Player]) -> None:
    ana, theirs = add_player("ana"), add_player("theirs", stage=stage.game.stage("live"))
    for player_id in (ana.pk, theirs.pk, "0" * 24):
        plan(stage, player=player_id)
    claims = [scheduling.claim(stage.pk) for _ in range(3)]
    assert sorted(each.player_id or "" for each in claims if each) == ["", "", ana.pk]


def test_the_next_item_of_each_stage_is_found(stage: Stage) -> None:
    live = stage.game.stage("live")
    assert scheduling.next_due() == []
    now = now_ms()
    plan(stage, delay_ms=60_000)
    plan(stage, delay_ms=30_000)
    plan(live, delay_ms=90_000)
    found = {stage_id: round((due_ms - now) / 1000) for stage_id, due_ms in scheduling.next_due()}
    assert found == {stage.pk: 30, live.pk: 90}
