"""Deletes messages that are past their retention, copies first, in small batches."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef

from messaging.broadcast_states import State
from messaging.models import Broadcast, Message, PlayerMessage
from protocol.dates import now_ms
from protocol.ids import first_id

BATCH = 500
DAY_MS = int(timedelta(days=1).total_seconds() * 1000)


class Retention:
    """Goes through the old messages once, a batch a call, in order of age.

    A message that expires later than its retention ends, or is still being sent, is passed over until then.
    """

    def __init__(self) -> None:
        self._after = ""

    def forget_old(self) -> bool:
        """One batch; True while there is more to do."""
        now = now_ms()
        before = now - int(settings.FLINT_RETENTION_MESSAGE_DAYS) * DAY_MS
        messages = Message.objects.filter(id__gt=self._after, id__lt=first_id(before)).order_by("id")
        found = list(
            messages.annotate(sending=_still_sent()).values_list("id", "expires_ms", "sending")[:BATCH]
        )
        old = [id for id, expires_ms, sending in found if expires_ms <= now and not sending]
        if self._forget_copies(old):
            return True
        Message.objects.filter(id__in=old).delete()
        self._after = found[-1][0] if len(found) == BATCH else ""
        return bool(self._after)

    @staticmethod
    def _forget_copies(message_ids: list[str]) -> bool:
        """True when a whole batch of them was deleted, and there may be more."""
        copies = PlayerMessage.objects.filter(message_id__in=message_ids).values_list("id", flat=True)
        batch = list(copies[:BATCH])
        PlayerMessage.objects.filter(id__in=batch).delete()
        return len(batch) == BATCH


def _still_sent() -> Exists:
    over = [state for state in State if state.over]
    return Exists(Broadcast.objects.filter(message=OuterRef("pk")).exclude(state__in=over))
