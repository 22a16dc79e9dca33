"""manage.py test_push KEY STAGE --device ID [--json]"""

from typing import Any

from django.core.management.base import CommandParser

from push.management.proofs import ProofCommand
from push.proving import prove


class Command(ProofCommand):
    help = "Sends a test push to one device, after proving its provider's account step by step."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--device", metavar="ID", required=True, help="the device's registrationId")

    def handle(self, *args: Any, **options: Any) -> None:
        stage = self.stage_of(options)
        device = self.device_of(stage, options["device"])
        self.show(prove(stage, device.provider, device=device), options["json"])
