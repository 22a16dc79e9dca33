"""The worker's job: what is due is done by one of them, and nothing holds it up."""

import logging

import pytest

from competition.challenges import clock
from competition.challenges.holding import Act
from competition.models import Challenge
from players.models import Player
from protocol import dates
from protocol.run import Run
from realtime.worker import load_jobs
from tests.competition.challenges.table import NOON, Table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seated(table: Table) -> None:
    table.sit("Ana", "Bo", "Cy")


def test_the_job_is_known_to_workers() -> None:
    assert [(job.every, job.everywhere) for job in load_jobs() if job.name == clock.JOB] == [(1.0, False)]


@pytest.mark.django_db(transaction=True)
async def test_a_challenge_that_cannot_go_on_holds_up_no_other(
    table: Table, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad = table.create("Ana", invite=["Bo"], expiryTime=1)
    good = table.create("Ana", invite=["Bo"], expiryTime=2)
    look = clock.look_at

    def look_at(run: Run, stage_id: int, challenge_id: str, now: int) -> None:
        if challenge_id == bad:
            raise ValueError("broken")
        look(run, stage_id, challenge_id, now)

    monkeypatch.setattr(clock, "look_at", look_at)
    monkeypatch.setattr(clock, "now_ms", lambda: NOON + 5 * 60_000)
    with caplog.at_level(logging.ERROR):
        assert await clock.look_at_due() is False
    states = {row.pk: row.state async for row in Challenge.objects.all()}
    assert states == {bad: "ISSUED", good: "EXPIRED"}
    assert f"challenge {bad} cannot go on" in caplog.text
    assert await clock.look_at_due() is False  # put off for a while
    assert (await Challenge.objects.aget(pk=bad)).due_ms == NOON + 5 * 60_000 + clock.CLAIMED_MS


def test_many_that_are_due_are_taken_in_batches_the_longest_due_first(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "AT_ONCE", 2)
    made = [table.create("Ana", invite=["Bo"], expiryTime=10 - number) for number in range(3)]
    table.at(10)
    first = {pk for pk, _ in clock.claim_due(table.now)}
    assert (first, [pk for pk, _ in clock.claim_due(table.now)]) == ({made[2], made[1]}, [made[0]])


def test_whoever_deletes_a_player_nobody_waits(table: Table) -> None:
    table.create("Ana", "TURNS", invite=["Bo", "Cy"])
    table.accept("Bo")
    table.accept("Cy")
    table.heard()
    bo = table.players["Bo"].pk
    table.players["Ana"].delete()
    assert (table.state, table.row.next_player) == ("RUNNING", bo)
    Player.objects.filter(pk=bo).delete()
    assert (table.state, table.heard()) == ("COMPLETE", [("Drawn", ["Cy"])])


def test_a_challenge_that_is_gone_is_nobody_s_matter(table: Table) -> None:
    made = table.create("Ana", invite=["Bo"])
    Challenge.objects.all().delete()
    clock.look_at(Run(), table.stage.pk, made, table.now)
    assert Act(Run(), dates.now_ms(), "x").player_id is None
