"""What the commands that prove an account share: finding what they are told, and printing the steps."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from games.lookup import find_stage
from games.models import STAGES, Stage
from push.models import Device
from push.transports.base import Step


class ProofCommand(BaseCommand):
    """Exits with 1 when a step fails."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="the game's API key")
        parser.add_argument("stage", choices=STAGES)
        parser.add_argument("--json", action="store_true", help="the steps as JSON")

    def stage_of(self, options: dict[str, Any]) -> Stage:
        try:
            return find_stage(options["key"], options["stage"])
        except LookupError as error:
            raise CommandError(str(error)) from error

    def device_of(self, stage: Stage, device_id: str) -> Device:
        device = Device.objects.filter(stage=stage, pk=device_id).first()
        if device is None:
            raise CommandError(f"{stage} has no device {device_id}: give a registrationId of its players.")
        return device

    def show(self, steps: Sequence[Step], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps([asdict(step) for step in steps], indent=1))
        else:
            for step in steps:
                self._line(step)
        wrong = [step.name for step in steps if not step.ok]
        if wrong:
            raise CommandError(f"Failed: {wrong[0]}.", returncode=1)

    def _line(self, step: Step) -> None:
        mark = self.style.SUCCESS("works") if step.ok else self.style.ERROR("fails")
        self.stdout.write(f"{mark}  {step.name}  ({step.seconds:.3f} s)\n       {step.sentence}")
        if step.words:
            self.stdout.write(f"       The provider says: {step.words}")
        if step.remedy:
            self.stdout.write(f"       {step.remedy}")
