"""manage.py verify_push KEY STAGE PROVIDER [--device ID] [--json]"""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from push.accounts import PROVIDERS
from push.management.proofs import ProofCommand
from push.proving import prove


class Command(ProofCommand):
    help = (
        "Proves a stage's push account step by step: connection, credentials, and with --device a test push. "
        "Without it nothing reaches a device."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("provider", choices=PROVIDERS)
        parser.add_argument("--device", metavar="ID", help="also push to this device: a registrationId")

    def handle(self, *args: Any, **options: Any) -> None:
        stage, provider = self.stage_of(options), options["provider"]
        device = self.device_of(stage, options["device"]) if options["device"] else None
        if device is not None and device.provider != provider:
            raise CommandError(f"The device is reached through {device.provider}, not {provider}.")
        self.show(prove(stage, provider, device=device), options["json"])
