"""Records of runs, bounded so that they cost little: written together, and nobody waits for them."""

import asyncio
import logging
import time
from collections import Counter

from cloudcode.logs import LONGEST, RunLog, words
from cloudcode.models import ScriptRun
from cloudcode.sandbox.running import Outcome
from realtime.batcher import Batcher
from realtime.tally import SCRIPT, count

logger = logging.getLogger("flint.scripts")

SLOW_MS = 250.0  # from here on a run is as good as a failed one
A_SECOND = 5  # records of a stage and process, of runs that went well: the others would say the same
FAILED_A_SECOND = 50
LONGEST_NAME = 80  # of what is counted


class Bounds:
    """How many records each stage has had within this second."""

    def __init__(self) -> None:
        self._second = 0
        self._taken: Counter[tuple[int, bool]] = Counter()

    def take(self, stage_id: int, notable: bool) -> bool:
        """Whether there is room for one more."""
        second = int(time.monotonic())
        if second != self._second:
            self._second = second
            self._taken.clear()
        self._taken[stage_id, notable] += 1
        return self._taken[stage_id, notable] <= (FAILED_A_SECOND if notable else A_SECOND)


bounds = Bounds()


def keep(log: RunLog, outcome: Outcome, took_ms: float, calls: int) -> None:
    """Count it, if it failed; and write a record of it, unless there are enough of its stage just now."""
    if outcome.failure is not None:
        count(log.stage_id, SCRIPT, log.script[:LONGEST_NAME], outcome.failure.code)
    notable = outcome.failure is not None or took_ms >= SLOW_MS
    if bounds.take(log.stage_id, notable):
        write(record(log, outcome, took_ms, calls)).add_done_callback(_look)


def record(log: RunLog, outcome: Outcome, took_ms: float, calls: int) -> ScriptRun:
    failure = outcome.failure
    return ScriptRun(
        id=log.run,
        stage_id=log.stage_id,
        at_ms=log.at_ms,
        script=log.script,
        version=log.versions.get(log.script),
        player_id=log.player_id,
        outcome=failure.code if failure else "EXITED" if outcome.exited else "DONE",
        error=words(failure)[:LONGEST].replace("\0", "") if failure else "",
        took_ms=took_ms,
        calls=calls,
        memory=outcome.memory,
    )


def write_records(rows: list[ScriptRun]) -> list[Exception | None]:
    ScriptRun.objects.bulk_create(rows)
    return [None] * len(rows)


write: Batcher[ScriptRun, None] = Batcher(write_records, limit=500)


def _look(written: "asyncio.Future[None]") -> None:
    if not written.cancelled() and (fault := written.exception()):
        logger.warning("a run's record could not be written: %s", fault)
