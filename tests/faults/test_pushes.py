"""Pushes under faults, in their short forms, and a reckoning that sees what is wrong."""

from pathlib import Path

import pytest

from benchmarks.faults.outcome import FaultFailed
from benchmarks.faults.pushes import black_hole, kills, wrong_account
from benchmarks.faults.pushes.installation import INSTALLATIONS, Installation
from benchmarks.faults.pushes.reckoning import reckon

BOTH = pytest.mark.parametrize(
    "backend",
    [
        pytest.param("sqlite", marks=pytest.mark.sqlite),
        pytest.param("postgresql and redis", marks=pytest.mark.postgresql),
    ],
)


@BOTH
async def test_no_push_is_lost_by_kill_9_and_only_those_under_way_come_twice(
    migrated_folder: Path, backend: str
) -> None:
    async with INSTALLATIONS[backend](migrated_folder) as installation:
        outcome = await kills.run(installation, short=True)
    assert (outcome.sent >= 3 * 20, outcome.lost, outcome.figures["kills"]) == (True, 0, 3)


@BOTH
async def test_other_providers_push_beside_a_black_hole_which_gets_everything_later(
    migrated_folder: Path, backend: str
) -> None:
    async with INSTALLATIONS[backend](migrated_folder) as installation:
        outcome = await black_hole.run(installation, short=True)
        assert (outcome.sent, outcome.lost, outcome.repeated) == (151, 0, 0)
        check_reckoning_sees_what_is_wrong(installation)


@BOTH
async def test_everybody_gets_what_a_wrong_account_was_refused_once_it_is_corrected(
    migrated_folder: Path, backend: str
) -> None:
    async with INSTALLATIONS[backend](migrated_folder) as installation:
        outcome = await wrong_account.run(installation, short=True)
    assert (outcome.sent, outcome.lost, outcome.repeated) == (60, 0, 0)
    assert outcome.figures == {
        "refused by the wrong environment": 30,
        "delivered after the correction": 60,
        "pruned": 0,
    }


def check_reckoning_sees_what_is_wrong(installation: Installation) -> None:
    """A push that nobody decided on, a decision whose push never left, and news that nobody was shown."""
    execute = installation.server.database.execute
    number = max(installation.sent)
    installation.sent[number + 1] = installation.readers[:1]
    assert reckon(installation, {}).lost == 1
    execute("UPDATE push_pushattempt SET code = 'timeout' WHERE id = (SELECT min(id) FROM push_pushattempt)")
    with pytest.raises(FaultFailed, match="the decision on"):
        reckon(installation, {})
    execute("DELETE FROM push_pushattempt")
    execute("DELETE FROM messaging_playermessage")
    with pytest.raises(FaultFailed, match="pushes have no decision"):
        reckon(installation, {})
