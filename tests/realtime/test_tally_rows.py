"""Rows of what was counted: several processes' add up, and no write counts twice."""

from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from games.models import Game, Stage
from protocol.dates import now_ms
from protocol.ids import new_id
from realtime.models import StageTally, TallyWriter
from realtime.tally import LATENCY, MINUTE_MS, ONLINE, STORED, WAITING, Key, minute_of
from realtime.tally_rows import (
    DAY_MS,
    HOUR_MS,
    KEEP_HOURS_MS,
    KEEP_MINUTES_MS,
    drop_old_hours,
    drop_old_minutes,
    drop_old_writers,
    gather_hours,
    write,
)

pytestmark = pytest.mark.django_db


def make_stage(api_key: str = "duel0000dice") -> Stage:
    game = Game.objects.create(name="Duel of Dice", api_key=api_key)
    return Stage.objects.create(game=game, name="preview")


@pytest.fixture
def stage() -> Stage:
    return make_stage()


def rows(span: str = "minute") -> list[tuple[int, str, str, str, int]]:
    found = StageTally.objects.filter(span=span).order_by("at_ms", "measure", "name", "code")
    return list(found.values_list("at_ms", "measure", "name", "code", "number"))


def test_a_write_adds_to_what_is_there(stage: Stage) -> None:
    friend, other = (
        Key(60_000, stage.pk, STORED, "FriendMessage", ""),
        Key(120_000, stage.pk, STORED, "FriendMessage", ""),
    )
    assert write(new_id(), 1, {friend: 3})
    assert write(new_id(), 1, {friend: 4, other: 1})
    assert rows() == [(60_000, "stored", "FriendMessage", "", 7), (120_000, "stored", "FriendMessage", "", 1)]


def test_a_write_whose_answer_was_lost_counts_once(stage: Stage) -> None:
    writer, key = new_id(), Key(60_000, stage.pk, STORED, "FriendMessage", "")
    assert write(writer, 1, {key: 3})
    assert not write(writer, 1, {key: 3})
    assert write(writer, 2, {key: 1})
    assert rows() == [(60_000, "stored", "FriendMessage", "", 4)]


def test_of_peaks_the_largest_stands(stage: Stage) -> None:
    one, two = Key(60_000, stage.pk, ONLINE, "", "one"), Key(60_000, stage.pk, ONLINE, "", "two")
    write("w" * 24, 1, {one: 5, two: 2})
    write("w" * 24, 2, {one: 3, two: 4})
    assert rows() == [(60_000, "online", "", "one", 5), (60_000, "online", "", "two", 4)]


def test_what_was_counted_of_a_stage_that_is_gone_does_not_hold_up_the_rest(stage: Stage) -> None:
    gone = Key(60_000, stage.pk + 1000, STORED, "FriendMessage", "")
    write(new_id(), 1, {gone: 9, Key(60_000, stage.pk, STORED, "FriendMessage", ""): 1})
    assert rows() == [(60_000, "stored", "FriendMessage", "", 1)]


def test_hours_are_the_sum_of_their_minutes_and_of_processes_held_at_once_the_largest(stage: Stage) -> None:
    hour = now_ms() - now_ms() % HOUR_MS
    first, second = hour - HOUR_MS, hour - HOUR_MS + MINUTE_MS
    counted: Mapping[Key, int] = {
        Key(first, stage.pk, STORED, "FriendMessage", ""): 2,
        Key(second, stage.pk, STORED, "FriendMessage", ""): 3,
        Key(first, stage.pk, LATENCY, "0.01", ""): 5,
        Key(first, stage.pk, ONLINE, "", "one"): 10,
        Key(second, stage.pk, ONLINE, "", "one"): 6,
        Key(second, stage.pk, ONLINE, "", "two"): 7,
        Key(first, stage.pk, WAITING, "", ""): 8,
    }
    write(new_id(), 1, counted)
    expected = [
        (first, "latency", "0.01", "", 5),
        (first, "online", "", "", 13),
        (first, "stored", "FriendMessage", "", 5),
        (first, "waiting", "", "", 8),
    ]
    gather_hours()
    assert rows("hour") == expected
    gather_hours()
    assert rows("hour") == expected


def test_hours_that_no_worker_gathered_are_made_up_for(stage: Stage) -> None:
    hour = now_ms() - now_ms() % HOUR_MS
    key = Key(hour - 20 * HOUR_MS, stage.pk, STORED, "FriendMessage", "")
    write(new_id(), 1, {key: 2})
    gather_hours()
    assert rows("hour") == [(hour - 20 * HOUR_MS, "stored", "FriendMessage", "", 2)]


def test_old_rows_go_and_the_others_stay(stage: Stage) -> None:
    now = minute_of(now_ms())
    for span, age in (("minute", KEEP_MINUTES_MS), ("hour", KEEP_HOURS_MS)):
        for number, at_ms in enumerate((now - age - MINUTE_MS, now - age + HOUR_MS)):
            StageTally.objects.create(stage=stage, span=span, at_ms=at_ms, measure=STORED, number=number)
    for at_ms in (now - 2 * DAY_MS, now):
        TallyWriter.objects.create(id=new_id(), number=1, at_ms=at_ms)
    assert [drop_old_minutes(), drop_old_hours(), drop_old_writers()] == [False, False, False]
    assert [row[4] for row in rows("minute")] == [1]
    assert [row[4] for row in rows("hour")] == [1]
    assert list(TallyWriter.objects.values_list("at_ms", flat=True)) == [now]


class TestManyWriters(TestCase):
    """Whatever writers do and however often an answer is lost, the rows are the sum of what they counted."""

    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.integers(0, 2),  # the writer
                st.dictionaries(st.sampled_from(["A", "B", "C"]), st.integers(1, 50), min_size=1),
                st.integers(1, 3),  # how often the write is tried
            ),
            max_size=12,
        )
    )
    def test_rows_are_the_sum(self, writes: list[tuple[int, dict[str, int], int]]) -> None:
        stage = make_stage("many0000writers")
        numbers: Counter[int] = Counter()
        expected: Counter[str] = Counter()
        for writer, counted, tries in writes:
            numbers[writer] += 1
            keys = {Key(60_000, stage.pk, STORED, name, ""): by for name, by in counted.items()}
            answers = [write(f"{writer:024}", numbers[writer], keys) for _ in range(tries)]
            assert answers == [True] + [False] * (tries - 1)
            expected.update(counted)
        found = StageTally.objects.filter(stage=stage).values_list("name", "number")
        assert dict(found) == dict(expected)
