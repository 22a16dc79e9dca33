import json
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.copying import Copied, copy_all
from portal.second_database import NotUsable, opened


class Command(BaseCommand):
    help = "Copies every row of one database into a new one. Stop the servers first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="FROM", help="its URL, as in DATABASE_URL")
        parser.add_argument("target", metavar="TO", help="the URL of a migrated, empty database")
        parser.add_argument("--json", action="store_true", help="the row counts as JSON")

    def handle(self, *, source: str, target: str, **options: Any) -> None:
        if source == target:
            raise CommandError("FROM and TO are the same database.")
        try:
            with opened("FROM", source) as from_database, opened("TO", target) as to_database:
                copied = copy_all(from_database, to_database)
        except NotUsable as refused:
            raise CommandError(str(refused)) from None
        if options["json"]:
            self.stdout.write(json.dumps([asdict(each) for each in copied]))
        else:
            self._print(copied)

    def _print(self, copied: Sequence[Copied]) -> None:
        width = max(len(each.table) for each in copied)
        self.stdout.write(f"{'table':<{width}} {'FROM':>12} {'TO':>12}")
        for each in copied:
            self.stdout.write(f"{each.table:<{width}} {each.source:>12,} {each.target:>12,}")
        rows = sum(each.target for each in copied)
        self.stdout.write(f"Copied {rows:,} rows of {len(copied)} tables; the counts are the same.")
