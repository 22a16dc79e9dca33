import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from games.documents import DocumentFaults, import_game


class Command(BaseCommand):
    help = "Create or update the game that a document names by its apiKey."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the game document, or - for standard input")
        parser.add_argument("--publish", action="store_true", help="make it live as well")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")

    def handle(self, *, file: str, publish: bool, dry_run: bool, **options: Any) -> None:
        try:
            result = import_game(_read(file), author=None, publish=publish, dry_run=dry_run)
        except DocumentFaults as refused:
            count = len(refused.faults)
            lines = "\n".join(f"  {fault}" for fault in refused.faults)
            raise CommandError(f"Nothing was imported: {count} fault{'s'[: count > 1]}.\n{lines}") from None
        for line in result.changes:
            self.stdout.write(line)
        count = len(result.changes)
        self.stdout.write(
            ("Dry run, nothing changed. Would be: " if dry_run else "")
            + ("Created " if result.created else "Updated ")
            + f"{result.game.name} ({result.game.api_key}), {count} change{'s'[: count != 1]}"
            + (", published." if publish else ".")
        )


def _read(file: str) -> str:
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is not UTF-8: byte {error.start}.") from None
