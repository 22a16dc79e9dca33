import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from games.operators import OperatorExists, admit


class Command(BaseCommand):
    help = "Let an installation's first operator in, with a password that the first log-in has to change."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", metavar="NAME", required=True, help="the operator's user name")
        parser.add_argument("--json", action="store_true", help="name, password and address as JSON")

    def handle(self, *, user: str, **options: Any) -> None:
        try:
            password = admit(user)
        except OperatorExists as exists:
            raise CommandError(
                f"{exists} is an operator already and can add others at /ops/. "
                f"With --user {exists} that one gets a new password."
            ) from None
        except ValidationError as refused:
            raise CommandError(f"--user: {' '.join(refused.messages)}") from None
        address = f"{settings.PUBLIC_URL.rstrip('/')}/ops/"
        if options["json"]:
            self.stdout.write(json.dumps({"userName": user, "password": password, "url": address}))
            return
        self.stdout.write(f"{user} signs in at {address} with this password, which is shown only here:")
        self.stdout.write(password)
