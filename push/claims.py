"""Claiming due pushes: one provider account's at a time, so that none waits behind another's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from django.db import connection, transaction

from games.models import Stage
from protocol.dates import now_ms
from protocol.ids import new_id
from push.badges import fill_badge
from push.coalescing import Group, fill_count
from push.counting import Kind, day_of
from push.hooks import hooks
from push.models import Device, OutboxPush
from push.providers import Provider
from push.receipt_tokens import fill_receipt, make_token
from push.routes import Route, current_route
from push.screening import screen
from push.transports.base import Notification
from realtime.sql import IN_LIST, SKIP_LOCKED, encode_list

LEASE_MS = 60_000
MOST_JOINING = 500  # rows that a claim takes along; more wait for the next


class LaneKey(NamedTuple):
    """What is claimed together, and bounded together: one stage's pushes of one provider."""

    stage_id: int
    provider: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A push that is ours until the lease ends. `notification` None: its payload cannot be read.

    `others` are the messages that leave in it, beside the row's.
    """

    row: OutboxPush
    notification: Notification | None
    others: Sequence[OutboxPush] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """`found` counts the rows that were due; `withheld` are the reasons of those that came to nothing."""

    route: Route
    claimed: Sequence[Claimed]
    found: int
    withheld: Sequence[str] = ()


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
# What another worker is claiming at this moment is passed over.
_CLAIM = f"""
WITH due AS (
    SELECT id FROM push_outboxpush WHERE stage_id = %s AND provider = %s AND due_ms <= %s
    ORDER BY due_ms, id LIMIT %s {SKIP_LOCKED}
)
UPDATE push_outboxpush SET claim = %s, due_ms = %s, tries = tries + 1 WHERE id IN (SELECT id FROM due)
RETURNING *
"""
# What waits for the devices of claimed rows, due or not: it leaves in the same push. What failed and is only
# kept for its account's correction is due at its expiry.
_JOIN = f"""
WITH waiting AS (
    SELECT id FROM push_outboxpush
    WHERE device_id {IN_LIST} AND coalesces AND stage_id = %s AND provider = %s
    AND (claim = '' OR due_ms <= %s) AND (due_ms < expires_ms OR expires_ms = 0)
    ORDER BY created_ms, id LIMIT {MOST_JOINING} {SKIP_LOCKED}
)
UPDATE push_outboxpush SET claim = %s, due_ms = %s, tries = tries + 1
WHERE id IN (SELECT id FROM waiting)
RETURNING *
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
    route = current_route(stage, key.provider)
    claimed = _mark(key, count)
    rows = [*claimed, *_join(claimed)]
    devices = Device.objects.in_bulk({row.device_id for row in rows})
    groups, withheld = screen(rows, devices, route.account)
    _keep_keys(groups)
    counted = {row.player_id for group in groups for row in group.rows if row.badge}
    badges = hooks.badges(sorted(counted)) if counted else {}
    sent = [_claimed(group, devices, badges, route) for group in groups]
    return Batch(route, sent, len(claimed), withheld)


def _mark(key: LaneKey, count: int) -> list[OutboxPush]:
    now = now_ms()
    rows = OutboxPush.objects.raw(_CLAIM, [key.stage_id, key.provider, now, count, new_id(), now + LEASE_MS])
    return sorted(rows, key=lambda row: row.id)


def _join(claimed: Sequence[OutboxPush]) -> list[OutboxPush]:
    """The rows that leave with the claimed ones, claimed as these are."""
    devices = {row.device_id for row in claimed if row.coalesces}
    if not devices:
        return []
    like = claimed[0]
    values = [encode_list(sorted(devices)), like.stage_id, like.provider, now_ms(), like.claim, like.due_ms]
    return list(OutboxPush.objects.raw(_JOIN, values))


def _keep_keys(groups: Sequence[Group]) -> None:
    """A repeat of the push has its collapse key, whoever makes it."""
    joined = [row for group in groups if group.others for row in group.rows if row.tries == 1]
    OutboxPush.objects.bulk_update(joined, ["collapse_key"], batch_size=200)


def _claimed(group: Group, devices: Mapping[str, Device], badges: Mapping[str, int], route: Route) -> Claimed:
    row = group.row
    payload = _decode(row.payload)
    if payload is None:
        return Claimed(row, None, group.others)
    if any(each.badge for each in group.rows) and row.player_id in badges:
        fill_badge(row.provider, payload, badges[row.player_id])
    if not route.recorded and not row.test:
        fill_receipt(row.provider, payload, _receipt_of(row))
    if group.others:
        fill_count(row.provider, payload, len(group.rows))
    notification = Notification(
        token=devices[row.device_id].push_id,
        device_os=row.device_os,
        payload=payload,
        ttl=max(0, row.expires_ms - now_ms()) // 1000,
        collapse_key=row.collapse_key,
        message_class=row.message_class,
    )
    return Claimed(row, notification, group.others)


def _receipt_of(row: OutboxPush) -> str:
    kind = Kind(row.stage_id, day_of(now_ms()), row.message_class, row.variant, row.provider)
    return make_token(row.player_message_id, kind)


def _decode(payload: str) -> dict[str, Any] | None:
    try:
        decoded = msgspec.json.decode(payload)
    except msgspec.DecodeError:
        return None
    return decoded if isinstance(decoded, dict) else None
