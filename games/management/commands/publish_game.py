from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from games.command_arguments import named_game
from games.documents import DocumentFaults
from games.publish_warnings import publish_warnings
from games.publishing import publish


class Command(BaseCommand):
    help = "Make a game's working configuration live."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY", help="the game's API key")
        parser.add_argument("--description", default="", help="what changed, for the list of snapshots")

    def handle(self, *, key: str, description: str, **options: Any) -> None:
        game = named_game(key)
        try:
            snapshot = publish(game, None, description[:200])
        except DocumentFaults as refused:
            lines = "\n".join(f"  {fault}" for fault in refused.faults)
            raise CommandError(f"Nothing was published.\n{lines}") from None
        self.stdout.write(f"{game.name} ({game.api_key}): snapshot {snapshot.pk} is live.")
        for sentence in publish_warnings(game):
            self.stderr.write(sentence)
