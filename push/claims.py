"""Claiming due pushes: one provider account's at a time, so that none waits behind another's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from cryptography.fernet import InvalidToken
from django.db import connection, transaction
from django.db.models import F

from games.models import Stage
from protocol.dates import now_ms
from protocol.ids import new_id
from push.badges import fill_badge
from push.hooks import Outcome, hooks
from push.models import Device, OutboxPush, ProviderAccount
from push.providers import Provider
from push.retries import MOST_TRIES, worthless_at
from push.routes import Route, route_of
from push.transports.base import Notification, PushError

LEASE_MS = 60_000


class LaneKey(NamedTuple):
    """What is claimed together, and bounded together: one stage's pushes of one provider."""

    stage_id: int
    provider: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A push that is ours until the lease ends. `notification` None: its payload cannot be read."""

    row: OutboxPush
    notification: Notification | None


@dataclass(frozen=True, slots=True)
class Batch:
    """`found` counts the rows that were due, those that came to nothing included."""

    route: Route
    claimed: Sequence[Claimed]
    found: int


_DUE = f"""
WITH RECURSIVE stages(id) AS (
    SELECT min(stage_id) FROM push_outboxpush
    UNION ALL
    SELECT (SELECT min(stage_id) FROM push_outboxpush WHERE stage_id > stages.id)
    FROM stages WHERE stages.id IS NOT NULL
),
providers(name) AS ({" UNION ALL ".join(f"SELECT '{name}'" for name in Provider.values)})
SELECT stages.id, providers.name FROM stages CROSS JOIN providers
WHERE stages.id IS NOT NULL AND EXISTS (
    SELECT 1 FROM push_outboxpush o
    WHERE o.stage_id = stages.id AND o.provider = providers.name AND o.due_ms <= %s
)
"""


def due_lanes() -> list[LaneKey]:
    """Where something is due. Skips from stage to stage in the index, whatever the outbox holds."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [now_ms()])
        return [LaneKey(*row) for row in cursor.fetchall()]


@transaction.atomic
def claim(key: LaneKey, count: int) -> Batch:
    """At most `count` due rows of the lane, the longest due first.

    Rows that are not to be sent any more are ended here, with their reason.
    """
    stage = Stage.objects.select_related("game").get(pk=key.stage_id)
    route = _route(stage, key.provider)
    rows = _mark(key, count)
    devices = Device.objects.in_bulk({row.device_id for row in rows})
    unwanted = _unwanted(rows, devices)
    _count_towards_cap(route.account, [row for row in rows if row.id not in unwanted], unwanted)
    _end(rows, unwanted)
    wanted = [row for row in rows if row.id not in unwanted]
    badges = hooks.badges(sorted({row.player_id for row in wanted if row.badge})) if wanted else {}
    claimed = [Claimed(row, _notification(row, devices[row.device_id], badges)) for row in wanted]
    return Batch(route, claimed, len(rows))


def _route(stage: Stage, provider: str) -> Route:
    try:
        account = ProviderAccount.objects.filter(stage=stage, provider=provider).first()
    except InvalidToken:
        sentence = "The account's credentials cannot be decrypted: none of FLINT_CREDENTIAL_KEYS fits."
        return Route(refusal=PushError("credentials_unreadable", sentence, permanent=True))
    return route_of(stage, provider, account)


def _mark(key: LaneKey, count: int) -> list[OutboxPush]:
    now, mark = now_ms(), new_id()
    due = OutboxPush.objects.filter(stage_id=key.stage_id, provider=key.provider, due_ms__lte=now)
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    rows = list(due.order_by("due_ms", "id")[:count])
    ids = [row.id for row in rows]
    if ids:
        OutboxPush.objects.filter(pk__in=ids).update(claim=mark, due_ms=now + LEASE_MS, tries=F("tries") + 1)
    for row in rows:
        row.claim, row.due_ms, row.tries = mark, now + LEASE_MS, row.tries + 1
    return rows


def _unwanted(rows: Sequence[OutboxPush], devices: dict[str, Device]) -> dict[str, str]:
    """{row id: reason} of those that must not leave."""
    if not rows:
        return {}
    now = now_ms()
    refused = hooks.wanted(sorted({row.player_message_id for row in rows}))
    reasons: dict[str, str] = {}
    for row in rows:
        device = devices.get(row.device_id)
        if reason := refused.get(row.player_message_id):
            reasons[row.id] = reason
        elif now >= worthless_at(row):
            reasons[row.id] = "expired"
        elif row.tries > MOST_TRIES:
            reasons[row.id] = "push_failed:gave_up"
        # The token may have moved to another player since: it must not show this one's message.
        elif device is None or device.disabled or device.player_id != row.player_id:
            reasons[row.id] = "no_device"
    return reasons


def _count_towards_cap(
    account: ProviderAccount | None, wanted: Sequence[OutboxPush], unwanted: dict[str, str]
) -> None:
    """Counts first attempts; those past the account's daily cap join the unwanted."""
    fresh = [row for row in wanted if row.tries == 1]
    if account is None or account.daily_cap is None or not fresh:
        return
    today = datetime.now(UTC).date().isoformat()
    used = account.sent_today if account.sent_day == today else 0
    room = max(0, account.daily_cap - used)
    unwanted.update({row.id: "suppressed_cap" for row in fresh[room:]})
    ProviderAccount.objects.filter(pk=account.pk).update(
        sent_day=today, sent_today=used + min(room, len(fresh))
    )


def _end(rows: Sequence[OutboxPush], unwanted: dict[str, str]) -> None:
    if not unwanted:
        return
    ended = [row for row in rows if row.id in unwanted]
    OutboxPush.objects.filter(pk__in=list(unwanted)).delete()
    hooks.outcome([Outcome(row.player_message_id, row.player_id, unwanted[row.id]) for row in ended])


def _notification(row: OutboxPush, device: Device, badges: dict[str, int]) -> Notification | None:
    payload = _decode(row.payload)
    if payload is None:
        return None
    if row.badge and row.player_id in badges:
        fill_badge(row.provider, payload, badges[row.player_id])
    return Notification(
        token=device.push_id,
        device_os=row.device_os,
        payload=payload,
        ttl=max(0, row.expires_ms - now_ms()) // 1000,
        collapse_key=row.collapse_key,
        message_class=row.message_class,
    )


def _decode(payload: str) -> dict[str, Any] | None:
    try:
        decoded = msgspec.json.decode(payload)
    except msgspec.DecodeError:
        return None
    return decoded if isinstance(decoded, dict) else None
