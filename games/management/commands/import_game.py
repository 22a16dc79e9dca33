import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from games.attached_files import missing_files
from games.documents import DocumentFaults, import_game
from games.exports import export_document
from games.publish_warnings import publish_warnings
from games.reading import LARGEST, TOO_LARGE


class Command(BaseCommand):
    help = "Create or update the game that a document names by its apiKey."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the game document, or - for standard input")
        parser.add_argument("--publish", action="store_true", help="make it live as well")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")

        parser.add_argument(
            "--files", type=Path, metavar="DIR", help="where the files of the document's downloadables are"
        )

    def handle(self, *, file: str, publish: bool, dry_run: bool, files: Path | None, **options: Any) -> None:
        try:
            result = import_game(_read(file), None, publish, dry_run, files)
        except DocumentFaults as refused:
            count = len(refused.faults)
            lines = "\n".join(f"  {fault}" for fault in refused.faults)
            raise CommandError(f"Nothing was imported: {count} fault{'s'[: count > 1]}.\n{lines}") from None
        for line in result.changes:
            self.stdout.write(line)
        if not dry_run:
            for line in missing_files(result.game, export_document(result.game)):
                self.stderr.write(f"{line}: give its folder by --files, or upload it under /ops/.")
            for sentence in publish_warnings(result.game) if publish else ():
                self.stderr.write(sentence)
        count = len(result.changes)
        self.stdout.write(
            ("Dry run, nothing changed. Would be: " if dry_run else "")
            + ("Created " if result.created else "Updated ")
            + f"{result.game.name} ({result.game.api_key}), {count} change{'s'[: count != 1]}"
            + (", published." if publish else ".")
        )


def _bytes(file: str) -> bytes:
    """Of what is too large no more than shows it."""
    if file == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    with Path(file).open("rb") as source:
        return source.read(LARGEST + 1)


def _read(file: str) -> str:
    try:
        content = _bytes(file)
        if len(content) > LARGEST:
            raise DocumentFaults([TOO_LARGE])
        return content.decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is not UTF-8: byte {error.start}.") from None
