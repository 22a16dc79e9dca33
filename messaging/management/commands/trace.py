"""`manage.py trace`: why a player did or did not get a message, or what came of what the player did."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from games.models import Stage
from messaging.trace import Trace, find, latest
from messaging.tracers import tracers


class Command(BaseCommand):
    help = (
        "Say in a sentence, with a timeline, why a player did or did not get a message, or a post sent none."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="the game's API key")
        parser.add_argument("stage", choices=["preview", "live"])
        parser.add_argument("message_id", nargs="?", help="the id of a message, or of what else is traced")
        parser.add_argument("--player", help="a player's id, with what to look for")
        parser.add_argument("--class", dest="type_code", help="FriendMessage, or ScriptMessage_<code>")
        for tracer in tracers.values():
            parser.add_argument(f"--{tracer.option}", help=tracer.help)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        stage = Stage.objects.filter(game__api_key=options["key"], name=options["stage"]).first()
        if stage is None:
            raise CommandError(f"No game has the API key {options['key']}.")
        traces = _find(stage.pk, options)
        if not traces:
            raise CommandError("No such thing on this stage: there was none, or its retention has passed.")
        if options["json"]:
            self.stdout.write(json.dumps([asdict(each) for each in traces], indent=1))
        else:
            for each in traces:
                self.print(each)

    def print(self, trace: Trace) -> None:
        self.stdout.write(f"{trace.sentence}\n  {trace.remedy}")
        start = next((event.at_ms for event in trace.events if event.at_ms is not None), 0)
        for event in trace.events:
            offset = "" if event.at_ms is None else f"+{event.at_ms - start} ms"
            self.stdout.write(f"  {offset:>12}  {event.what}")


def _find(stage_id: int, options: dict[str, Any]) -> list[Trace]:
    some_id, player_id = options["message_id"], options["player"]
    if some_id:
        found = (find, *(tracer.find for tracer in tracers.values()))
        return next((traces for each in found if (traces := each(stage_id, some_id))), [])
    if player_id and options["type_code"]:
        return latest(stage_id, player_id, options["type_code"])
    for tracer in tracers.values():
        if player_id and options[tracer.option]:
            return tracer.latest(stage_id, player_id, options[tracer.option])
    kinds = " or ".join(["--class", *(f"--{option}" for option in tracers)])
    raise CommandError(f"Name an id, or --player and {kinds}.")
