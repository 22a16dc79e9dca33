from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from games.exports import export_game
from games.lookup import find_game
from games.models import STAGES


class Command(BaseCommand):
    help = "Write a game's document to standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY", help="the game's API key")
        parser.add_argument(
            "--stage", choices=STAGES, default="preview", help="live is what was published last"
        )
        parser.add_argument("--with-secrets", action="store_true", help="with the credentials' secrets")

    def handle(self, *, key: str, stage: str, with_secrets: bool, **options: Any) -> None:
        game = find_game(key)
        if game is None:
            raise CommandError(f"No game has the API key {key}.")
        try:
            self.stdout.write(export_game(game, stage, with_secrets), ending="")
        except LookupError as error:
            raise CommandError(str(error)) from None
