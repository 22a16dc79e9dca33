"""Scripts of the clock: once a period, whoever looks and however often."""

from datetime import UTC, datetime

import pytest

from cloudcode.models import SystemTick
from cloudcode.scripts import remove_script, save_script
from cloudcode.system_clock import PUBLISHED, Tick, claim, due, release
from games.models import Game, Stage
from games.publishing import publish

pytestmark = pytest.mark.django_db

MINUTE, HOURLY, DAILY = "system/GS_MINUTE", "system/GS_HOURLY", "system/GS_DAILY"


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC).timestamp() * 1000)


def slots(ticks: list[Tick], stage: Stage) -> list[tuple[str, str]]:
    return sorted((each.name, each.slot) for each in ticks if each.stage_id == stage.pk)


def test_a_script_is_due_once_a_period_in_utc(game: Game, stage: Stage) -> None:
    for name in (MINUTE, HOURLY, DAILY):
        save_script(game, name, "x()", None)
    assert due(at("27T22:58:30")) == []  # of the first period there is only a part left
    for moment, expected in (
        ("27T22:58:59", []),
        ("27T22:59:00", [(MINUTE, "2026-11-27T22:59")]),
        ("27T22:59:59", []),
        ("27T23:00:00", [(HOURLY, "2026-11-27T23"), (MINUTE, "2026-11-27T23:00")]),
        # after hours without a worker: one run for all that were missed
        ("28T04:17:20", [(DAILY, "2026-11-28"), (HOURLY, "2026-11-28T04"), (MINUTE, "2026-11-28T04:17")]),
    ):
        found = due(at(moment))
        assert slots(found, stage) == expected, moment
        assert [claim(each) for each in found] == [True] * len(found)
        for each in found:
            release(each)


def test_one_of_two_workers_runs_it(game: Game, stage: Stage) -> None:
    """The second has looked before the first claimed; its clock may be behind."""
    save_script(game, MINUTE, "x()", None)
    due(at("27T10:00:30"))
    (behind,) = [each for each in due(at("27T10:01:00")) if each.stage_id == stage.pk]
    (tick,) = [each for each in due(at("27T10:02:00")) if each.stage_id == stage.pk]
    assert (claim(tick), claim(tick)) == (True, False)
    release(tick)
    assert (claim(tick), claim(behind)) == (False, False)


def test_a_script_that_still_runs_is_not_run_beside_itself(game: Game, stage: Stage) -> None:
    save_script(game, MINUTE, "x()", None)
    SystemTick.objects.create(
        stage=stage, name=MINUTE, slot="2026-11-27T10:00", busy_until_ms=at("27T10:01:12")
    )
    assert slots(due(at("27T10:01:11")), stage) == []
    assert slots(due(at("27T10:01:12")), stage) == [(MINUTE, "2026-11-27T10:01")]  # its worker died


def test_live_is_asked_only_when_it_is_published(game: Game) -> None:
    live = game.stage("live")
    Stage.objects.filter(pk=live.pk).update(snapshot=None)
    save_script(game, MINUTE, "x()", None)
    due(at("27T10:00:00"))
    assert slots(due(at("27T10:01:00")), live) == []


def test_publishing_is_due_once_a_snapshot_even_the_first(game: Game) -> None:
    live = game.stage("live")
    save_script(game, PUBLISHED, "x()", None)
    first = publish(game, None)
    (tick,) = due(at("27T10:00:00"))
    assert tick == Tick(live.pk, PUBLISHED, str(first.pk))
    second = publish(game, None)
    assert claim(tick) is False  # it is not what is live now
    (tick,) = due(at("27T10:00:00"))
    assert tick.slot == str(second.pk)
    assert (claim(tick), claim(tick)) == (True, False)
    release(tick)
    assert due(at("27T23:00:00")) == []


def test_a_removed_script_is_looked_at_for_live_still_runs_it(game: Game) -> None:
    live = game.stage("live")
    remove_script(save_script(game, MINUTE, "x()", None).script, None)
    due(at("27T10:00:00"))
    assert slots(due(at("27T10:01:00")), live) == [(MINUTE, "2026-11-27T10:01")]
