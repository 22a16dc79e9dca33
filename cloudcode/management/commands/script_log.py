import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import QuerySet

from cloudcode.models import ScriptLog
from games.command_arguments import named_game
from games.models import STAGES
from protocol.dates import now_ms

LOOK_SECONDS = 0.5
LATE_MS = 15_000  # a run's entries are written when it ends, those of others meanwhile
LEVELS = [level.upper() for level in ScriptLog.Level.values]


class Command(BaseCommand):
    help = "Print what scripts said, and how they failed, oldest first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY", help="the game's API key")
        parser.add_argument("--stage", choices=STAGES, help="of this stage alone")
        parser.add_argument("--level", choices=LEVELS, default="DEBUG", help="from this level on")
        parser.add_argument("--script", metavar="KEY", help="of runs of this one alone: event/SCORE")
        parser.add_argument("--player", metavar="ID", help="of this player's runs alone")
        parser.add_argument("--last", type=int, default=20, metavar="N", help="begin with the last N")
        parser.add_argument("--follow", action="store_true", help="go on until Ctrl-C")
        parser.add_argument("--json", action="store_true", help="an object a line")

    def handle(self, *, key: str, last: int, follow: bool, **options: Any) -> None:
        rows = _rows(key, options)
        known = _recent(rows)  # before they are read: what is written from now on is new
        shown = list(reversed(rows.order_by("-id")[: max(0, last)]))
        try:
            for row in shown:
                self._print(row, options["json"])
            if follow:
                for row in _following(rows, known | {row.pk: row.at_ms for row in shown}):
                    self._print(row, options["json"])
        except KeyboardInterrupt:
            return

    def _print(self, row: ScriptLog, as_json: bool) -> None:
        self.stdout.write(json.dumps(_fields(row)) if as_json else _line(row))
        self.stdout.flush()


def _rows(key: str, options: dict[str, Any]) -> "QuerySet[ScriptLog]":
    game = named_game(key)
    stages = game.stages.filter(name__in=[options["stage"]] if options["stage"] else STAGES)
    wanted = LEVELS[LEVELS.index(options["level"]) :]
    rows = ScriptLog.objects.filter(stage__in=stages, level__in=wanted).select_related("stage")
    if options["script"]:
        rows = rows.filter(binding=options["script"])
    return rows.filter(player_id=options["player"]) if options["player"] else rows


def _recent(rows: "QuerySet[ScriptLog]") -> dict[str, int]:
    """When they were made, by id."""
    return dict(rows.filter(at_ms__gte=now_ms() - LATE_MS).values_list("pk", "at_ms"))


def _following(rows: "QuerySet[ScriptLog]", seen: dict[str, int]) -> Iterator[ScriptLog]:
    """Those that were not seen yet. Some come late, so a row's id alone does not say that it is new."""
    while True:
        time.sleep(LOOK_SECONDS)
        since = now_ms() - LATE_MS
        for row in rows.filter(at_ms__gte=since).order_by("id"):
            if row.pk not in seen:
                seen[row.pk] = row.at_ms
                yield row
        seen = {pk: at_ms for pk, at_ms in seen.items() if at_ms >= since}


def _fields(row: ScriptLog) -> dict[str, Any]:
    return {
        "time": datetime.fromtimestamp(row.at_ms / 1000, UTC).isoformat(timespec="milliseconds"),
        "stage": row.stage.name,
        "level": row.level,
        "binding": row.binding,
        "script": row.script,
        "version": row.version,
        "line": row.line,
        "player": row.player_id,
        "run": row.run,
        "text": row.text,
    }


def _line(row: ScriptLog) -> str:
    """`18:03:07.120 preview ERROR event/SCORE v3:12 5f2c… ERROR: Error: no`."""
    version = "" if row.version is None else f" v{row.version}"
    place = f"{row.script}{version}" + ("" if row.line is None else f":{row.line}")
    clock = time.strftime("%H:%M:%S", time.gmtime(row.at_ms / 1000))
    what = f"{row.level:<5} {place} {row.player_id or '–'} {row.text}"
    return f"{clock}.{row.at_ms % 1000:03} {row.stage.name} {what}"
