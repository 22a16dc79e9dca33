"""What is decided once, and told once, while processes are killed."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.faults.competing.installation import Installation, one_process, several_processes
from benchmarks.faults.competing.running import reckon, suffer
from benchmarks.faults.outcome import FaultFailed, Outcome

PLAN = {
    "challenge": ["before_commit", "after_commit"],
    "match": ["before_commit", "after_commit", "after_flush"],
    "build": ["before_commit", "after_commit"],
    "reset": ["after_commit"],
}
KILLED = {"before commit": 3, "after commit": 4, "after flush": 1}
OF_CHALLENGES, OF_MATCHES, OF_BUILDS = 2 * 15, 3 * 2, 2 * 2


@pytest.mark.sqlite
async def test_one_process_decides_once_and_tells_everybody_once(migrated_folder: Path) -> None:
    async with one_process(migrated_folder) as installation:
        outcome = await suffer(installation, PLAN)
        check(outcome)
        await check_reckoning_sees_what_is_wrong(installation)


@pytest.mark.postgresql
async def test_server_and_workers_decide_once_and_tell_everybody_once(tmp_path: Path) -> None:
    async with several_processes(tmp_path) as installation:
        outcome = await suffer(installation, PLAN)
    check(outcome)


def check(outcome: Outcome) -> None:
    assert (outcome.sent, outcome.lost) == (OF_CHALLENGES + OF_MATCHES + OF_BUILDS, 0)
    assert outcome.figures == KILLED


async def check_reckoning_sees_what_is_wrong(installation: Installation) -> None:
    """A message that is stored and was not to be, and one that came and is not stored."""
    with pytest.raises(FaultFailed, match="stored beside what was expected"):
        await reckon(installation, Counter())
    installation.execute("DELETE FROM messaging_playermessage")
    with pytest.raises(FaultFailed, match="received without a row"):
        await reckon(installation, Counter())
