import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from games.attached_files import give_files
from games.command_arguments import named_game
from games.exports import export_game
from games.models import STAGES


class Command(BaseCommand):
    help = "Write a game's document to standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY", help="the game's API key")
        parser.add_argument(
            "--stage", choices=STAGES, default="preview", help="live is what was published last"
        )
        parser.add_argument("--with-secrets", action="store_true", help="with the credentials' secrets")

        parser.add_argument(
            "--files", type=Path, metavar="DIR", help="write the files of its downloadables into this folder"
        )

    def handle(self, *, key: str, stage: str, with_secrets: bool, files: Path | None, **options: Any) -> None:
        game = named_game(key)
        try:
            text = export_game(game, stage, with_secrets)
            if files:
                give_files(game, json.loads(text), files)
        except LookupError as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"The files cannot be written: {error}.") from None
        self.stdout.write(text, ending="")
