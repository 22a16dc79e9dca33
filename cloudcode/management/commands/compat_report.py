import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError

from cloudcode.compat.draft import draft_game
from cloudcode.compat.report import Report, report_on
from cloudcode.compat.words import words
from cloudcode.scripts import texts_of
from cloudcode.trees import Tree, TreeRefused, read_tree
from games.command_arguments import named_game
from games.exports import export_document


class Command(BaseCommand):
    help = "Say what a folder of old scripts will find here and what not, without running it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="DIR|ZIP", type=Path, help="where event/, modules/ … are")
        parser.add_argument("--json", dest="whole", action="store_true", help="everything, for machines")
        parser.add_argument("--game", metavar="KEY", help="a game that has some of what the scripts name")
        parser.add_argument(
            "--draft-game",
            dest="draft",
            metavar="FILE",
            type=Path,
            help="write a game document with what is named",
        )

    def handle(
        self, *, source: Path, whole: bool, game: str | None, draft: Path | None, **options: Any
    ) -> None:
        try:
            tree = read_tree(source)
        except TreeRefused as refused:
            raise CommandError(f"Nothing was read: {refused}.") from None
        except OSError as error:
            raise CommandError(f"{source} cannot be read: {error.strerror}.") from None
        report = report_on(tree, _codes(game) if game else {})
        if whole:
            self.stdout.write(msgspec.json.format(msgspec.json.encode(report)).decode())
        else:
            for line in words(report):
                self.stdout.write(line)
        if draft is not None:
            _write(draft, report, tree, source.resolve().stem)
            self.stderr.write(f"{draft} is a draft: look through it, then import it by import_game.")


def _codes(api_key: str) -> dict[str, frozenset[str]]:
    """The short codes that a game has, by section."""
    game = named_game(api_key)
    codes = {
        section: frozenset(item["shortCode"] for item in items if "shortCode" in item)
        for section, items in export_document(game).items()
        if isinstance(items, list)
    }
    modules = (key.removeprefix("modules/") for key in texts_of(game) if key.startswith("modules/"))
    return codes | {"modules": frozenset(modules)}


def _write(file: Path, report: Report, tree: Tree, name: str) -> None:
    try:
        with file.open("x") as draft:
            json.dump(draft_game(report, tree.texts, name), draft, indent=1, ensure_ascii=False)
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}.") from None
