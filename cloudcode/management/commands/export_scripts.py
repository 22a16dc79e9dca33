import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cloudcode.trees import TreeRefused, write_tree
from games.command_arguments import named_game
from games.exports import export_game
from games.models import STAGES


class Command(BaseCommand):
    help = "Write a game's scripts into a folder, as import_scripts reads it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY", help="the game's API key")
        parser.add_argument("folder", metavar="DIR", type=Path, help="made if it is not there, else empty")
        parser.add_argument(
            "--stage", choices=STAGES, default="preview", help="live is what was published last"
        )

    def handle(self, *, key: str, folder: Path, stage: str, **options: Any) -> None:
        game = named_game(key)
        try:
            texts: dict[str, str] = json.loads(export_game(game, stage, False))["scripts"]
            write_tree(texts, folder)
        except LookupError as error:
            raise CommandError(str(error)) from None
        except TreeRefused as refused:
            raise CommandError(f"Nothing was written: {refused}.") from None
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror}.") from None
        count = len(texts)
        self.stdout.write(f"Wrote {count} script{'s'[: count != 1]} of {game.name}, {stage}, to {folder}.")
