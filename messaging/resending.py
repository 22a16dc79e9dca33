"""A stored copy's message sent to its player once more: a new one, under the settings of now."""

from django.db import transaction

from games.audit import record
from games.events import PlatformEvent
from games.models import Stage, User
from games.signals import platform_event
from messaging.models import PlayerMessage
from messaging.past_messages import fields_of_copy
from messaging.writer import Unit
from protocol.run import Run


def resend(stage: Stage, copy: PlayerMessage, actor: User) -> str:
    """The id of the new message, which a worker expands."""
    message = copy.message
    event = PlatformEvent(
        stage_id=stage.pk,
        message_class=message.message_class,
        ext_code=message.ext_code or None,
        data=fields_of_copy(copy),
        player_ids=(copy.player_id,),
        origin={"request": f"a resend of {copy.pk}", "user": actor.get_username()},
        test=message.test,
        later=True,
    )
    with transaction.atomic():
        ((_, unit),) = platform_event.send(sender="resend", run=Run(), event=event)
        assert isinstance(unit, Unit)
        message_id = str(unit.message[0])
        record(actor, "message.resent", copy.pk, stage.game, stage=stage.name, message=message_id)
    return message_id
