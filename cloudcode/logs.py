"""script.log: entries are collected while scripts run, and written together."""

from collections.abc import Mapping, Sequence
from functools import cached_property
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

    def __init__(
        self, stage_id: int, script: str, player_id: str | None, versions: Mapping[str, int] | None = None
    ) -> None:
        """`versions` of the game's scripts, by key."""
        self.stage_id, self.script, self.player_id = stage_id, script, player_id or ""
        self.versions = versions or {}
        self.at_ms = now_ms()
        self.rows: list[ScriptLog] = []

    @cached_property
    def run(self) -> str:
        """The run's id. Of most runs nothing is kept, and none is drawn."""
        return new_id()

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
        script = script or self.script
        self.rows.append(
            ScriptLog(
                stage_id=self.stage_id,
                at_ms=now_ms(),
                level=level,
                script=script[:160].replace("\0", ""),
                line=line if line is not None and 0 < line <= LAST_LINE else None,
                version=self.versions.get(script),
                binding=self.script,
                player_id=self.player_id,
                run=self.run,
                text=text[:LONGEST].replace("\0", ""),
            )
        )


def words(failure: ScriptError) -> str:
    return f"{failure.code}: {failure.name}: {failure.message}"


def write_all(batches: list[Sequence[Any]]) -> list[Exception | None]:
    ScriptLog.objects.bulk_create([row for rows in batches for row in rows])
    return [None] * len(batches)


write: Batcher[Sequence[Any], None] = Batcher(write_all, limit=100)
