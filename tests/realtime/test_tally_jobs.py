"""What a process counts is written at its end, and again when it could not be."""

import asyncio
from collections.abc import Iterator, Mapping

import pytest
from django.db import InterfaceError

from games.models import Game, Stage
from protocol.ids import new_id
from realtime import lifecycle, tally, tally_jobs
from realtime.models import StageTally
from realtime.tally import LATENCY, STORED, Key, count, count_caught_up, count_written, take
from realtime.tally_jobs import Writer
from realtime.tally_rows import write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage() -> Iterator[Stage]:
    game = Game.objects.create(name="Duel of Dice", api_key="duel0000dice")
    take()
    yield Stage.objects.create(game=game, name="preview")
    take()


def total(name: str) -> int:
    return sum(StageTally.objects.filter(measure=STORED, name=name).values_list("number", flat=True))


async def test_the_end_of_a_process_writes_what_it_counted(stage: Stage) -> None:
    assert tally_jobs.finish in lifecycle._stoppers
    count(stage.pk, STORED, "FriendMessage", by=3)
    await tally_jobs.finish()
    assert await asyncio.to_thread(total, "FriendMessage") == 3
    assert take() == {}


@pytest.mark.parametrize("written", [False, True])
async def test_a_write_that_failed_is_repeated_under_its_number(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    """`written`: the database had it, and only the answer was lost."""
    failures = [InterfaceError("connection already closed")]

    def write_and_fail(writer: str, number: int, counted: Mapping[Key, int]) -> bool:
        if not failures:
            return write(writer, number, counted)
        if written:
            write(writer, number, counted)
        raise failures.pop()

    monkeypatch.setattr(tally_jobs, "write", write_and_fail)
    writer = Writer()
    count(stage.pk, STORED, "FriendMessage", by=3)
    with pytest.raises(InterfaceError):
        await writer.write_all()
    count(stage.pk, STORED, "FriendMessage", by=4)
    await writer.write_all()
    assert await asyncio.to_thread(total, "FriendMessage") == 7


async def test_writers_have_ids_of_their_own(stage: Stage) -> None:
    one, two = Writer(), Writer()
    count(stage.pk, STORED, "FriendMessage", by=3)
    await one.write_all()
    count(stage.pk, STORED, "FriendMessage", by=4)
    await two.write_all()
    assert await asyncio.to_thread(total, "FriendMessage") == 7


def test_ages_are_counted_by_their_bound(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    old, young = new_id(), new_id()
    now = tally.now_ms()
    made = {old: now - 70, young: now - 2}
    monkeypatch.setattr(tally, "now_ms", lambda: now)
    monkeypatch.setattr(tally, "id_ms", made.__getitem__)
    count_written(stage.pk, old, 4)
    count_caught_up(stage.pk, [old, young], now - 10)
    counted = {(key.measure, key.name): number for key, number in take().items()}
    assert counted == {(LATENCY, "0.1"): 4, (LATENCY, "0.0025"): 1}
