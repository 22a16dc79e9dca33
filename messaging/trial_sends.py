"""Test messages: real ones to one player, marked as tests and left out of what is counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from games.audit import record
from games.events import OWN_TEXTS, Overrides, PlatformEvent
from games.models import Stage, User
from games.signals import platform_event
from messaging.field_catalogue import sample_fields
from messaging.overview import NEVER_CONFIGURED
from messaging.writer import Unit
from players.models import Player
from protocol.run import Run


class NotSendable(Exception):
    """Messages of this type are never stored or pushed. A sentence for people."""


@dataclass(frozen=True, slots=True)
class Trial:
    """`type_code` as in configuration (`ScriptMessage_GIFT`). `fields` None are samples of the catalogue.

    `variant`: that segment variant whoever the player is, OWN_TEXTS for none, None as their segments say.
    """

    type_code: str
    player: Player
    fields: Mapping[str, Any] | None = None
    variant: int | None = None


def send_trial(stage: Stage, trial: Trial, actor: User) -> str:
    """The id of the message, which a worker expands; under the settings that the stage runs now.

    Raises NotSendable.
    """
    if trial.type_code == NEVER_CONFIGURED:
        raise NotSendable(f"A {trial.type_code} is never stored or pushed: it only ends sessions.")
    message_class, _, ext_code = trial.type_code.partition("_")
    fields = dict(sample_fields(message_class) if trial.fields is None else trial.fields)
    event = PlatformEvent(
        stage_id=stage.pk,
        message_class=message_class,
        ext_code=ext_code or None,
        data=fields,
        player_ids=(trial.player.pk,),
        overrides=None if trial.variant is None else Overrides(variant=trial.variant),
        origin={"request": "a test send", "user": actor.get_username()},
        test=True,
        later=True,
    )
    with transaction.atomic():
        ((_, unit),) = platform_event.send(sender="trial", run=Run(), event=event)
        assert isinstance(unit, Unit)
        message_id = str(unit.message[0])
        chosen = {"class": trial.type_code, "player": trial.player.pk, "variant": _named(trial.variant)}
        record(actor, "message.tested", message_id, stage.game, stage=stage.name, **chosen)
    return message_id


def _named(variant: int | None) -> str:
    if variant is None:
        return "by segments"
    return "none" if variant == OWN_TEXTS else str(variant + 1)
