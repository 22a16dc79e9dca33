"""Tells a game's people what they may have to do something about.

What happened is written here, in the transaction in which it happened; the mails are sent afterwards, by
whatever is at the right of this package.
"""

from django.db import transaction

from games.models import Alert, AlertMail, Stage, User
from protocol.dates import now_ms

Kind = Alert.Kind


@transaction.atomic
def tell(stage: Stage, kind: Kind, about: str, what: str, text: str) -> bool:
    """Whether it is news: the same `what` about the same is told once, whoever notices it and however often.

    Who has chosen mails of its kind at this moment gets one. `text` is a sentence and what to do, without a
    secret.
    """
    now = now_ms()
    key = {"stage": stage, "kind": kind, "about": about, "what": what}
    alert, is_news = Alert.objects.get_or_create(**key, defaults={"text": text, "at_ms": now})
    if is_news:
        AlertMail.objects.bulk_create(
            AlertMail(alert=alert, user=user, due_ms=now) for user in listeners(stage.game_id, kind)
        )
    return is_news


def listeners(game_id: int, kind: Kind) -> list[User]:
    """The people of the game who have chosen mails of that kind and can get any."""
    chosen = User.objects.filter(collaborations__game=game_id, is_active=True, **{f"mail_{kind}": True})
    return list(chosen.exclude(email="").order_by("pk"))
