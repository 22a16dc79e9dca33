from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from games.accounts import second_factor
from games.models import User


class Command(BaseCommand):
    help = "Let a user who lost the authenticator app and the recovery codes sign in by password alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="NAME", help="the user's name")

    def handle(self, *, user: str, **options: Any) -> None:
        found = User.objects.filter(username=user).first()
        if found is None or not second_factor.is_on(found):
            raise CommandError(f"{user} has no two-step sign-in.")
        second_factor.turn_off(found, None)
        self.stdout.write(f"{user} signs in by password alone.")
