from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from messaging.restoring import Restored, carry_over, forget
from portal.second_database import NotUsable, opened


class Command(BaseCommand):
    help = "Run once on a restored database, before anything of Flint starts: nothing is sent twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group(required=True)
        how.add_argument("--last", metavar="URL", help="the database as it was last: what was sent is known")
        how.add_argument(
            "--again", action="store_true", help="it is lost: deliver what waited, maybe for the second time"
        )
        how.add_argument("--inbox", action="store_true", help="it is lost: leave what waited to the inbox")

    def handle(self, *, last: str | None, again: bool, **options: Any) -> None:
        if last is None:
            self._say(forget(deliver_again=again))
            return
        try:
            with opened("--last", last):
                self._say(carry_over("--last"))
        except NotUsable as refused:
            raise CommandError(str(refused)) from None

    def _say(self, done: Restored) -> None:
        lines = {
            "messages that waited are settled": done.settled,
            "messages wait on": done.kept,
            "messages are not known to the last state; they wait on and are not pushed": done.unknown,
            "copies of broadcasts were taken from the last state": done.copies,
            "broadcasts are paused; resume or abort them": done.paused,
            "queued pushes were dropped": done.dropped,
        }
        for sentence, count in lines.items():
            if count:
                self.stdout.write(f"{count} {sentence}")
        self.stdout.write("Flint may be started.")
