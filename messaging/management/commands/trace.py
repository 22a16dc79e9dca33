"""`manage.py trace`: why a player did or did not get a message."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from games.models import Stage
from messaging.trace import Trace, find, latest


class Command(BaseCommand):
    help = "Say in one sentence, with a timeline, why a player did or did not get a message."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="the game's API key")
        parser.add_argument("stage", choices=["preview", "live"])
        parser.add_argument("message_id", nargs="?", help="a Message's or a PlayerMessage's id")
        parser.add_argument("--player", help="a player's id, with --class")
        parser.add_argument("--class", dest="type_code", help="FriendMessage, or ScriptMessage_<code>")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        stage = Stage.objects.filter(game__api_key=options["key"], name=options["stage"]).first()
        if stage is None:
            raise CommandError(f"No game has the API key {options['key']}.")
        if options["message_id"]:
            traces = find(stage.pk, options["message_id"])
        elif options["player"] and options["type_code"]:
            traces = latest(stage.pk, options["player"], options["type_code"])
        else:
            raise CommandError("Name a message id, or --player and --class.")
        if not traces:
            raise CommandError(
                "No such message on this stage: nobody was sent one, or its retention has passed."
            )
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
