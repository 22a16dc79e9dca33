"""script.log: entries are collected while scripts run, and written together."""

from collections.abc import Sequence
from typing import Any

from cloudcode.models import ScriptLog
from cloudcode.sandbox.running import LogLine, Outcome, ScriptError
from protocol.dates import now_ms
from protocol.ids import new_id
from realtime.batcher import Batcher

MOST_OF_A_RUN = 1_000
LONGEST = 10_000
LAST_LINE = 2**31 - 1  # that the column holds
LEVELS = frozenset(ScriptLog.Level.values)


class RunLog:
    """The entries of one run."""

    def __init__(self, stage_id: int, script: str, player_id: str | None) -> None:
        self._stage_id, self._script, self._player_id = stage_id, script, player_id or ""
        self._run = new_id()
        self.rows: list[ScriptLog] = []

    def add(self, line: LogLine) -> None:
        """Whatever a process says: not more, nor longer, than a script may."""
        if len(self.rows) < MOST_OF_A_RUN and line.level in LEVELS:
            self._add(line.level, line.script, line.line, line.text)

    def end(self, outcome: Outcome) -> None:
        if outcome.logs_dropped:
            self._add("WARN", None, None, f'"{outcome.logs_dropped} more entries were left out"')
        if outcome.failure is not None:
            failure = outcome.failure
            self._add("ERROR", failure.script, failure.line, words(failure))

    def _add(self, level: str, script: str | None, line: int | None, text: str) -> None:
        self.rows.append(
            ScriptLog(
                stage_id=self._stage_id,
                at_ms=now_ms(),
                level=level,
                script=(script or self._script)[:160].replace("\0", ""),
                line=line if line is not None and 0 < line <= LAST_LINE else None,
                player_id=self._player_id,
                run=self._run,
                text=text[:LONGEST].replace("\0", ""),
            )
        )


def words(failure: ScriptError) -> str:
    return f"{failure.code}: {failure.name}: {failure.message}"


def write_all(batches: list[Sequence[Any]]) -> list[Exception | None]:
    ScriptLog.objects.bulk_create([row for rows in batches for row in rows])
    return [None] * len(batches)


write: Batcher[Sequence[Any], None] = Batcher(write_all, limit=100)
