"""manage.py push_account KEY STAGE PROVIDER (FILE | --show | --discard-new | --delete)"""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from games.lookup import find_stage
from games.models import STAGES, Stage
from push import accounts
from push.models import ProviderAccount
from push.pending import pending_of, sentence
from push.proving import prove_pending


class Command(BaseCommand):
    help = "Sets a stage's push provider account from a JSON file, shows it without secrets, or deletes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="the game's API key")
        parser.add_argument("stage", choices=STAGES)
        parser.add_argument("provider", choices=accounts.PROVIDERS)
        parser.add_argument("file", nargs="?", help="the account document; - reads standard input")
        parser.add_argument("--show", action="store_true", help="print the account without its secrets")
        parser.add_argument(
            "--discard-new",
            action="store_true",
            help="forget new credentials that the provider has not taken; the old ones send on",
        )
        parser.add_argument("--delete", action="store_true", help="delete the account")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = [options[name] for name in ("show", "discard_new", "delete")]
        if sum([options["file"] is not None, *chosen]) != 1:
            raise CommandError("Give a FILE, --show or --delete.")
        try:
            stage = find_stage(options["key"], options["stage"])
        except LookupError as error:
            raise CommandError(str(error)) from error
        if options["show"]:
            self._show(stage, options["provider"])
        elif options["delete"]:
            self._delete(stage, options["provider"])
        elif options["discard_new"]:
            self._discard_new(stage, options["provider"])
        else:
            self._set(stage, options["provider"], options["file"])

    def _set(self, stage: Stage, provider: str, file: str) -> None:
        try:
            accounts.set_account(stage, provider, _read(file))
        except accounts.AccountFaults as error:
            raise CommandError("The account was refused:\n" + "\n".join(error.faults)) from error
        self.stdout.write(f"Set the {provider} account of {stage}.")
        prove_pending(stage, provider)
        if waiting := pending_of(self._account(stage, provider)):
            raise CommandError(sentence(waiting))

    def _show(self, stage: Stage, provider: str) -> None:
        self.stdout.write(json.dumps(accounts.show_account(self._account(stage, provider)), indent=2))

    def _discard_new(self, stage: Stage, provider: str) -> None:
        if not accounts.discard_pending(self._account(stage, provider)):
            raise CommandError(f"The {provider} account of {stage} has no new credentials.")
        self.stdout.write(f"Discarded the new credentials of the {provider} account of {stage}.")

    def _account(self, stage: Stage, provider: str) -> ProviderAccount:
        account = accounts.account_of(stage, provider)
        if account is None:
            raise CommandError(f"{stage} has no {provider} account.")
        return account

    def _delete(self, stage: Stage, provider: str) -> None:
        if not accounts.delete_account(stage, provider):
            raise CommandError(f"{stage} has no {provider} account.")
        self.stdout.write(f"Deleted the {provider} account of {stage}.")


def _read(file: str) -> Any:
    try:
        return json.loads(sys.stdin.read() if file == "-" else Path(file).read_text())
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        # The parser's own message may quote the document, which holds secrets.
        raise CommandError(f"{file} is not JSON.") from error
