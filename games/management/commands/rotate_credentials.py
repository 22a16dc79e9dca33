import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from games.credential_rotation import rotate_credentials


class Command(BaseCommand):
    help = "Encrypt every stored credential with the first of FLINT_CREDENTIAL_KEYS; then the others may go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="the counts as JSON")

    def handle(self, **options: Any) -> None:
        columns = rotate_credentials()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(column) for column in columns]))
        else:
            for each in columns:
                self.stdout.write(f"{each.column}: {each.rotated} of {each.rows} encrypted anew.")
        if lost := [f"{each.column} of row {key}" for each in columns for key in each.unreadable]:
            raise CommandError(f"None of FLINT_CREDENTIAL_KEYS opens {', '.join(lost)}. Keep the older keys.")
