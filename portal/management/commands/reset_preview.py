from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from games.command_arguments import named_game
from portal.preview_data import empty_preview


class Command(BaseCommand):
    help = (
        "Delete the players of a game's preview stage with all they made; the configuration stays. "
        "Who is connected has to log in again as a new player."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY", help="the game's API key")

    def handle(self, *, key: str, **options: Any) -> None:
        game = named_game(key)
        players = empty_preview(game, None)
        self.stdout.write(f"{game.name} ({game.api_key}): preview is empty, {players} players are gone.")
