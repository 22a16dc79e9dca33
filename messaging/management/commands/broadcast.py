"""`manage.py broadcast`: send to a whole stage or segment query, follow it, stop it, let it go on."""

import json
import time
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from games.command_arguments import json_object, named_game
from games.config import GameConfig
from games.config_store import configs
from games.events import PlatformEvent
from games.models import STAGES, Stage
from messaging import broadcasts
from messaging.broadcast_states import Action, Refused, State
from messaging.broadcasts import Pacing, Status
from messaging.models import Broadcast
from protocol.run import Run

LOOK_SECONDS = 0.5
OPTIONS = {"go_on_seconds": "--go-on-after", "failed_share": "--failed-share"}
PACING = ("rate", "canary", "go_on_seconds", "failed_share")
SENDING = ("query", "all", "data", *PACING)


class Command(BaseCommand):
    help = (
        "Broadcast a script message to all players of a stage or of a segment query, or act on a broadcast."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="the game's API key")
        parser.add_argument("stage", choices=STAGES)
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--message", metavar="CODE", help="send: the message extension's short code")
        what.add_argument("--pause", metavar="ID", help="nobody more gets it until it is resumed")
        what.add_argument("--resume", metavar="ID", help="go on with a paused one, or after its canary")
        what.add_argument("--abort", metavar="ID", help="end it; who has it keeps it")
        what.add_argument("--status", metavar="ID", help="how far it is")
        whom = parser.add_mutually_exclusive_group()
        whom.add_argument("--query", metavar="CODE", help="for the players of a segment query")
        whom.add_argument("--all", action="store_true", help="for all players of the stage")
        parser.add_argument("--data", type=json_object, help="the message's data: a JSON object")
        parser.add_argument("--rate", type=int, metavar="N", help="recipients a second at most")
        parser.add_argument("--canary", type=int, default=0, metavar="N", help="wait after N recipients")
        parser.add_argument(
            "--go-on-after",
            dest="go_on_seconds",
            type=int,
            metavar="SECONDS",
            help="end the canary by itself if few enough failed",
        )
        parser.add_argument(
            "--failed-share", type=float, default=0.0, metavar="X", help="few enough: from 0 to 1"
        )
        parser.add_argument("--wait", action="store_true", help="print progress to its end; Ctrl-C pauses")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *, wait: bool, **options: Any) -> None:
        self.options = options
        self.stage = _stage(options["key"], options["stage"])
        status = self._start() if options["message"] is not None else self._act()
        if wait:
            status = self._follow(status)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(status)))
        elif not wait:
            self.stdout.write(_line(status))
        if wait and status.state in (State.PAUSED, State.ABORTED):
            raise CommandError(f"The broadcast {status.id} is {status.state}.")

    def _start(self) -> Status:
        pacing = Pacing(**{name: self.options[name] for name in PACING})
        if pacing.faults:
            names = ", ".join(OPTIONS.get(name, f"--{name}") for name in pacing.faults)
            raise CommandError(f"Out of range, or of no use without --canary: {names}.")
        event = self._event(configs.current(self.stage.pk))
        with transaction.atomic():
            return broadcasts.start(Run(), event, self.stage, pacing, None)

    def _event(self, config: GameConfig) -> PlatformEvent:
        code, query, everybody = (self.options[name] for name in ("message", "query", "all"))
        if f"ScriptMessage_{code}" not in config.sections["messages"]:
            raise CommandError(f"{self.stage} has no message extension {code}.")
        if not everybody and query is None:
            raise CommandError("Say for whom: --query CODE or --all.")
        if query is not None and query not in config.sections["segmentQueries"]:
            raise CommandError(f"{self.stage} has no segment query {query}.")
        data = self.options["data"]
        return PlatformEvent(
            stage_id=self.stage.pk,
            message_class="ScriptMessage",
            ext_code=code,
            data={} if data is None else {"data": data},
            query=query,
            everybody=everybody,
            origin={"request": "manage.py broadcast"},
        )

    def _act(self) -> Status:
        if stray := [name for name in SENDING if self.options[name] not in (None, False, 0)]:
            names = ", ".join(OPTIONS.get(name, f"--{name}") for name in stray)
            raise CommandError(f"Only with --message: {names}.")
        name, broadcast_id = next(
            (name, self.options[name]) for name in (*Action, "status") if self.options[name] is not None
        )
        try:
            if name == "status":
                return broadcasts.status(self.stage, broadcast_id)
            return broadcasts.act(self.stage, broadcast_id, Action(name), None)
        except Broadcast.DoesNotExist:
            raise CommandError(f"{self.stage} has no broadcast {broadcast_id}.") from None
        except Refused as refused:
            raise CommandError(str(refused)) from None

    def _follow(self, status: Status) -> Status:
        """Until nothing more will happen by itself. Ctrl-C pauses it."""
        shown = None
        try:
            while True:
                step = (status.state, _percent(status))
                if step != shown and not self.options["json"]:
                    self.stdout.write(_line(status))
                shown = step
                if not _goes_on(status):
                    return status
                time.sleep(LOOK_SECONDS)
                status = broadcasts.status(self.stage, status.id)
        except KeyboardInterrupt:
            return self._interrupted(status)

    def _interrupted(self, status: Status) -> Status:
        try:
            status = broadcasts.act(self.stage, status.id, Action.PAUSE, None)
        except Refused:  # it ended in this moment
            return broadcasts.status(self.stage, status.id)
        again = f"manage.py broadcast {self.options['key']} {self.options['stage']} --resume {status.id}"
        self.stderr.write(f"Paused after {status.expanded:,}. It goes on with: {again}")
        return status


def _goes_on(status: Status) -> bool:
    return status.state is State.EXPANDING or status.judge_ms is not None


def _percent(status: Status) -> int | None:
    return (status.expanded + status.failed) * 100 // status.total if status.total else None


def _line(status: Status) -> str:
    """`0197… expanding: 120,000 of 1,000,000 (12 %)`."""
    if status.total is None:
        done = f"{status.expanded:,}, the players are still being counted"
    else:
        done = f"{status.expanded:,} of {status.total:,} ({_percent(status) or 0} %)"
    failed = f", {status.failed:,} failed" if status.failed else ""
    canary = "" if status.canary_failed is None else f", {status.canary_failed:,} of the canary failed"
    return f"{status.id} {status.state}: {done}{failed}{canary}"


def _stage(key: str, name: str) -> Stage:
    game = named_game(key)
    return game.stage(name)
