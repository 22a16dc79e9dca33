import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from games.lookup import find_game
from games.models import STAGES
from players.importing import PlayerFaults, import_players


class Command(BaseCommand):
    help = "Bring players of an old export into a stage, with their ids. It can be repeated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY", help="the game's API key")
        parser.add_argument("stage", metavar="STAGE", choices=STAGES, help="preview or live")
        parser.add_argument(
            "file", metavar="FILE", help="JSON lines: {id, userName, displayName, scriptData, …}"
        )
        parser.add_argument("--json", action="store_true", help="machine-readable output")

    def handle(self, *, key: str, stage: str, file: str, **options: Any) -> None:
        game = find_game(key)
        if game is None:
            raise CommandError(f"There is no game with the API key {key}.")
        path = Path(file)
        try:
            count = import_players(game.stage(stage), lambda: _lines(path), author=None)
        except PlayerFaults as refused:
            listed = "\n".join(f"  {fault}" for fault in refused.faults)
            number = len(refused.faults)
            raise CommandError(
                f"Nothing was imported: {number} fault{'s'[: number > 1]}.\n{listed}"
            ) from None
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not UTF-8: {error.reason}.") from None
        if options["json"]:
            self.stdout.write(json.dumps({"players": count}))
        else:
            self.stdout.write(f"Imported {count} players into {game.name}, {stage}.")


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig") as file:
        yield from file
