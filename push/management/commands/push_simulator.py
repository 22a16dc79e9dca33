"""manage.py push_simulator [--port N] [--folder DIR] [--log FILE] [--script FILE] [--plain]"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from push.sim import cli


class Command(BaseCommand):
    help = "Simulates the five push services, with faults on demand (push/sim/README.md)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        cli.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            cli.run(options, lambda line: (self.stdout.write(line), self.stdout.flush()))
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
