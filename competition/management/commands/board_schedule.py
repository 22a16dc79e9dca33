"""`manage.py board_schedule`: which leaderboards are built or emptied when, and what goes with it."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from competition.leaderboards.outlook import Outlook, outlook
from games.command_arguments import named_game
from games.models import STAGES
from protocol.dates import format_date, now_ms


class Command(BaseCommand):
    help = "Say which leaderboards are built or emptied when, and what would be lost. Changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="the game's API key")
        parser.add_argument("--stage", choices=STAGES, help="one stage alone")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        game = named_game(options["key"])
        names = [options["stage"]] if options["stage"] else STAGES
        found = {name: outlook(game.stage(name).pk, now_ms()) for name in names}
        if options["json"]:
            self.stdout.write(
                json.dumps({name: [asdict(each) for each in rows] for name, rows in found.items()}, indent=1)
            )
            return
        for name, rows in found.items():
            self.stdout.write(f"{name}:")
            for each in rows:
                self.stdout.write(f"  {_sentence(each)}")
            if not rows:
                self.stdout.write("  No leaderboard is built or emptied by time.")


def _sentence(each: Outlook) -> str:
    when = f"{format_date(each.at_ms)}{' (late: no worker has seen to it)' if each.late else ''}"
    if each.task == "build":
        return f"{when}  {each.board} is built, {each.frequency}; nothing is lost."
    return (
        f"{when}  {each.board} is emptied, {each.frequency}: "
        f"{each.entries} entries and {each.totals} records of running totals would be lost."
    )
