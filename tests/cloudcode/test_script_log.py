"""`manage.py script_log --follow` prints each entry once, late ones too."""

import io
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from cloudcode.logs import RunLog
from cloudcode.management.commands import script_log
from cloudcode.models import ScriptLog
from cloudcode.sandbox.running import LogLine
from games.models import Game, Stage

pytestmark = pytest.mark.django_db


def entry(stage: Stage, text: str, level: str = "INFO") -> ScriptLog:
    log = RunLog(stage.pk, "event/X", None)
    log.add(LogLine(level, text))
    return log.rows[0]


def test_following_goes_on_with_what_is_written_meanwhile(
    game: Game, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, live = entry(stage, "late"), entry(game.stage("live"), "live")
    fatal, debug = entry(stage, "fatal", "ERROR"), entry(stage, "debug", "DEBUG")
    written: list[Callable[[], None]] = [fatal.save, late.save, live.save, debug.save]

    def sleep(seconds: float) -> None:
        if not written:
            raise KeyboardInterrupt
        written.pop(0)()

    for number in range(30):
        entry(stage, f"older {number}").save()

    monkeypatch.setattr(script_log.time, "sleep", sleep)
    out = io.StringIO()
    options = ("--follow", "--last", "1", "--stage", "preview", "--level", "INFO")
    call_command("script_log", game.api_key, *options, stdout=out)
    assert [line.split()[-1] for line in out.getvalue().splitlines()] == ["29", "fatal", "late"]


def test_the_last_entries_come_oldest_first(game: Game, stage: Stage) -> None:
    for number in range(5):
        entry(stage, str(number)).save()
    out = io.StringIO()
    call_command("script_log", game.api_key, "--last", "3", stdout=out)
    assert [line.split()[-1] for line in out.getvalue().splitlines()] == ["2", "3", "4"]
    with pytest.raises(CommandError, match="No game has the API key nobody"):
        call_command("script_log", "nobody")
