"""A player's inbox: what is neither dismissed nor expired, newest first. Every list is paged by index."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from games.audit import record
from games.models import User
from messaging.models import PlayerMessage
from players.models import Player
from protocol.dates import format_date, now_ms
from protocol.errors import RequestError

DEFAULT_PAGE = 50
LONGEST_PAGE = 1000
STATUS_LENGTH = 64


def listed(
    player_id: str, include: str | None = None, status: str | None = None
) -> "QuerySet[PlayerMessage]":
    """`include` is a class without its dot or an extension's code."""
    rows = PlayerMessage.objects.filter(player_id=player_id, dismissed=False, expires_ms__gt=now_ms())
    if include:
        rows = rows.filter(
            Q(message__message_class=include, message__ext_code="") | Q(message__ext_code=include)
        )
    if status:
        rows = rows.filter(status=status)
    return rows.order_by("-created_ms", "-id")


def page(rows: "QuerySet[PlayerMessage]", count: float | None, offset: float | None) -> list[PlayerMessage]:
    """`entryCount` and `offset` as clients send them; absent or negative ones mean the defaults."""
    size = DEFAULT_PAGE if count is None or count < 0 else min(int(count), LONGEST_PAGE)
    start = max(int(offset or 0), 0)
    return list(rows[start : start + size])


def find(player_id: str, message_id: str) -> PlayerMessage:
    """Raises RequestError for an unknown, a dismissed or somebody else's message."""
    row = PlayerMessage.objects.filter(id=message_id, player_id=player_id, dismissed=False).first()
    if row is None:
        raise RequestError({"messageId": "INVALID"})
    return row


def document(row: PlayerMessage) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(row.document)
    return stored


def detail(row: PlayerMessage) -> dict[str, Any]:
    return {
        "id": row.id,
        "message": document(row),
        "seen": row.seen,
        "status": row.status,
        "when": format_date(row.created_ms),
    }


def summary(row: PlayerMessage) -> dict[str, Any]:
    stored = document(row)
    return {
        "messageId": row.id,
        "@class": stored["@class"],
        "summary": stored["summary"],
        "when": format_date(row.created_ms),
        "seen": row.seen,
        "status": row.status,
    }


def read(player_id: str, message_id: str) -> PlayerMessage:
    """The message, marked as seen."""
    row = find(player_id, message_id)
    if not row.seen:
        row.seen = True
        row.save(update_fields=["seen"])
    return row


def set_status(player_id: str, message_id: str, status: str) -> None:
    if len(status) > STATUS_LENGTH:
        raise RequestError({"status": "INVALID"})
    row = find(player_id, message_id)
    row.seen, row.status = True, status
    row.save(update_fields=["seen", "status"])


def dismiss(player_id: str, message_ids: list[str]) -> list[str]:
    """Dismisses the player's own among them; returns those that were none, in their order."""
    rows = PlayerMessage.objects.filter(id__in=message_ids, player_id=player_id, dismissed=False)
    known = set(rows.values_list("id", flat=True))
    PlayerMessage.objects.filter(id__in=known).update(
        dismissed=True, state=PlayerMessage.State.CLOSED, reason="dismissed", due_ms=None
    )
    return [message_id for message_id in message_ids if message_id not in known]


def dismiss_for(player: Player, message_id: str, actor: User | None) -> bool:
    """An operator dismisses it in the player's place. Whether it was there to be dismissed."""
    with transaction.atomic():
        if dismiss(player.pk, [message_id]):
            return False
        facts = {"stage": player.stage.name, "player": player.pk}
        record(actor, "message.dismissed", message_id, player.stage.game, **facts)
    return True


def unread_counts(player_ids: Sequence[str]) -> dict[str, int]:
    """The badge: neither dismissed nor expired, unseen, counted by its settings. One statement for all."""
    rows = (
        PlayerMessage.objects.filter(
            player_id__in=player_ids, dismissed=False, seen=False, counts=True, expires_ms__gt=now_ms()
        )
        .values_list("player_id")
        .annotate(unread=Count("id"))
    )
    counts = dict.fromkeys(player_ids, 0)
    counts.update(dict(rows))
    return counts
