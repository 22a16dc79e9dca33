"""What several stages counted, read by one statement each."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from games.models import Stage
from realtime.models import StageTally
from realtime.tally import MINUTE_MS, ONLINE, STORED
from realtime.tally_reads import players_online, totals
from realtime.tally_rows import DAY_MS, HOUR_MS
from tests.realtime.test_tally_rows import make_stage

pytestmark = pytest.mark.django_db
NOON = 1_800_000_000_000 - 1_800_000_000_000 % DAY_MS + 12 * HOUR_MS
NOW = NOON + 20 * MINUTE_MS + 5_000


@pytest.fixture
def stage() -> Stage:
    return make_stage()


def counted(stage: Stage, at_ms: int, number: int, span: str = "minute", **key: Any) -> None:
    given = {"measure": STORED, "name": "FriendMessage", "code": ""} | key
    StageTally.objects.create(stage=stage, span=span, at_ms=at_ms, number=number, **given)


def test_totals_are_exact_to_the_minute_and_take_each_hour_once(stage: Stage) -> None:
    since = NOW - DAY_MS
    counted(stage, since - since % MINUTE_MS - MINUTE_MS, 1)  # a minute too early
    counted(stage, since - since % MINUTE_MS, 20)
    counted(stage, NOON - DAY_MS, 100, "hour")  # in part too early: read by its minutes
    counted(stage, NOON - 5 * HOUR_MS, 300, "hour")
    counted(stage, NOON - 5 * HOUR_MS + MINUTE_MS, 300)  # the same, as it was counted
    counted(stage, NOON - HOUR_MS, 4000, "hour")  # may not be whole yet: read by its minutes
    counted(stage, NOON - MINUTE_MS, 4001)
    counted(stage, NOW - 5_000, 50_000, name="ChatMessage")
    counted(stage, NOW - 5_000, 600_000, measure="outcome")
    assert totals([stage.pk], STORED, since, NOW) == {stage.pk: 20 + 300 + 4001 + 50_000}


def test_totals_are_of_the_asked_stages(stage: Stage) -> None:
    others = [make_stage(f"duel{number}") for number in range(3)]
    for number, each in enumerate([stage, *others]):
        counted(each, NOON, 1 + number)
    with CaptureQueriesContext(connection) as asked:
        found = totals([stage.pk, others[1].pk], STORED, NOW - DAY_MS, NOW)
    assert found == {stage.pk: 1, others[1].pk: 3}
    assert len(asked) == 1
    assert totals([], STORED, NOW - DAY_MS, NOW) == {}


def test_players_online_are_what_all_processes_hold_this_minute_or_the_one_before(stage: Stage) -> None:
    other = make_stage("theirs")
    for at_ms, code, number in ((NOW - 5_000, "one", 4), (NOW - 5_000, "two", 5), (NOW - 65_000, "one", 99)):
        counted(stage, at_ms, number, measure=ONLINE, name="", code=code)
    counted(other, NOW - 65_000, 7, measure=ONLINE, name="")
    counted(make_stage("gone"), NOW - 125_000, 7, measure=ONLINE, name="")
    assert players_online(Stage.objects.values_list("pk", flat=True), NOW) == {stage.pk: 9, other.pk: 7}
