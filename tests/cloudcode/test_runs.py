"""Records of runs are bounded, and forgotten in time."""

from typing import Any

import pytest

from cloudcode import runs
from cloudcode.jobs import delete_old_logs
from cloudcode.logs import RunLog
from cloudcode.models import ScriptLog, ScriptRun
from cloudcode.sandbox.running import LogLine, Outcome, ScriptError
from games.models import Stage
from protocol.dates import now_ms
from realtime import tally

FAILED = Outcome(failure=ScriptError("TIMEOUT", "The script ran for too long."))


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[ScriptRun]:
    """Records that would be written, within one second."""
    rows: list[ScriptRun] = []

    class Writing:
        def add_done_callback(self, look: Any) -> None: ...

    def write(row: ScriptRun) -> Writing:
        rows.append(row)
        return Writing()

    monkeypatch.setattr(runs, "write", write)
    monkeypatch.setattr(runs, "bounds", runs.Bounds())
    monkeypatch.setattr(runs.time, "monotonic", lambda: 5.0)
    return rows


def test_of_many_runs_a_few_are_kept_and_more_of_those_that_failed(kept: list[ScriptRun]) -> None:
    for stage in (1, 2):
        for _ in range(100):
            log = RunLog(stage, "event/X", "p", {"event/X": 3})
            runs.keep(log, Outcome(), 1.0, 2)
            runs.keep(log, Outcome(exited=True), runs.SLOW_MS, 2)
            runs.keep(log, FAILED, 1.0, 2)
    for stage in (1, 2):
        mine = [row for row in kept if row.stage_id == stage]
        assert [sum(row.outcome == each for row in mine) for each in ("DONE", "EXITED", "TIMEOUT")] == [
            5,
            25,
            25,
        ]
    assert {(row.script, row.version, row.player_id, row.calls) for row in kept} == {("event/X", 3, "p", 2)}


def test_each_run_that_failed_is_counted_however_few_are_kept(kept: list[ScriptRun]) -> None:
    tally.take()
    name = "event/" + "X" * 100
    for _ in range(60):
        runs.keep(RunLog(7, name, None), FAILED, 1.0, 0)
        runs.keep(RunLog(7, name, None), Outcome(), 1.0, 0)
    counted = [(*key[1:], number) for key, number in tally.take().items()]
    assert {each[:-1] for each in counted} == {(7, "script", name[:80], "TIMEOUT")}
    assert sum(each[-1] for each in counted) == 60
    assert len(kept) == runs.FAILED_A_SECOND + runs.A_SECOND


def test_a_second_later_there_is_room_again(kept: list[ScriptRun], monkeypatch: pytest.MonkeyPatch) -> None:
    for second in (5.0, 5.9, 6.0):
        monkeypatch.setattr(runs.time, "monotonic", lambda second=second: second)
        for _ in range(10):
            runs.keep(RunLog(1, "event/X", None), Outcome(), 1.0, 0)
    assert len(kept) == 2 * runs.A_SECOND


def test_a_record_says_how_the_run_ended() -> None:
    log = RunLog(1, "event/X", None)
    row = runs.record(log, FAILED, 12.5, 3)
    assert (row.pk, row.player_id, row.version) == (log.run, "", None)
    assert (row.outcome, row.error) == ("TIMEOUT", "TIMEOUT: Error: The script ran for too long.")
    row = runs.record(log, Outcome(exited=True, memory=7), 12.5, 3)
    assert (row.outcome, row.error, row.memory, row.took_ms, row.calls) == ("EXITED", "", 7, 12.5, 3)


@pytest.mark.django_db
def test_records_and_entries_are_forgotten_together(stage: Stage, settings: Any) -> None:
    settings.FLINT_RETENTION_SCRIPT_LOG_DAYS = 14
    for age in (0, 15):
        log = RunLog(stage.pk, "event/X", None)
        log.add(LogLine("INFO", "1"))
        log.at_ms = log.rows[0].at_ms = now_ms() - age * 24 * 3600 * 1000
        ScriptLog.objects.bulk_create(log.rows)
        runs.write_records([runs.record(log, Outcome(), 1.0, 0)])
    assert delete_old_logs() is False
    assert (ScriptRun.objects.count(), ScriptLog.objects.count()) == (1, 1)
