"""Pushes that wait for one device leave as one, where its account wants that: the newest, with how many.

The one push replaces on the device what an earlier attempt at it may have shown, so it keeps its collapse
key for as long as it is tried, whatever joins it meanwhile. Pushes that were tried apart stay apart: each may
have been shown already, under a key of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from push.models import OutboxPush
from push.providers import Provider
from push.sizes import limit_of, payload_size

FIELD = "coalesced"


@dataclass(frozen=True, slots=True)
class Group:
    """One push to one device: the newest message's `row`, and the `others` that leave in it."""

    row: OutboxPush
    others: Sequence[OutboxPush] = ()

    @property
    def rows(self) -> list[OutboxPush]:
        return [self.row, *self.others]

    @property
    def is_new(self) -> bool:
        """Whether nothing of it was tried before."""
        return all(row.tries == 1 for row in self.rows)


def grouped(rows: Sequence[OutboxPush]) -> list[Group]:
    """Claimed rows as pushes, in order of creation. Rows that join others get these ones' collapse key."""
    alone = [Group(row) for row in rows if not row.coalesces]
    by_device: dict[str, list[OutboxPush]] = {}
    for row in sorted(rows, key=_age):
        if row.coalesces:
            by_device.setdefault(row.device_id, []).append(row)
    together = [group for waiting in by_device.values() for group in _groups_of(waiting)]
    return sorted([*alone, *together], key=lambda group: _age(group.row))


def _age(row: OutboxPush) -> tuple[int, str]:
    return row.created_ms, row.id


def _groups_of(waiting: Sequence[OutboxPush]) -> Iterator[Group]:
    """Of one device's rows, the oldest first: those tried before by their keys, with the newest of these what
    is new."""
    by_key: dict[str, list[OutboxPush]] = {}
    for row in waiting:
        if row.tries > 1:
            by_key.setdefault(row.collapse_key, []).append(row)
    new = [row for row in waiting if row.tries == 1]
    key = max(by_key, key=lambda key: _age(by_key[key][-1])) if by_key else waiting[0].collapse_key
    for row in new:
        row.collapse_key = key
        by_key.setdefault(key, []).append(row)
    for members in by_key.values():
        *others, newest = sorted(members, key=_age)
        yield Group(newest, others)


def fill_count(provider: str, payload: dict[str, Any], count: int) -> None:
    """How many messages the push is of: as `coalesced`, where the opened app finds `messageId` too, and as
    " (+2)" behind the text that is shown. What has no room is left out."""
    inside = provider in (Provider.FCM, Provider.ADM)
    place = payload.get("data") if inside else payload
    if isinstance(place, dict) and FIELD not in place:
        place[FIELD] = str(count) if inside else count
        if payload_size(provider, payload) > limit_of(provider):
            del place[FIELD]
    shown, key = _shown(provider, payload)
    if isinstance(text := shown.get(key), str):
        shown[key] = f"{text} (+{count - 1})"
        if payload_size(provider, payload) > limit_of(provider):
            shown[key] = text


def _shown(provider: str, payload: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The object and the key of the text that the device shows; the object is empty where there is none."""
    parent, key = {
        Provider.APNS: (payload.get("aps"), "alert"),
        Provider.FCM: (payload.get("notification"), "body"),
        Provider.ADM: (payload.get("data"), "message"),
    }.get(Provider(provider), (payload, "body"))
    if not isinstance(parent, dict):
        return {}, key
    alert = parent.get(key)
    return (alert, "body") if isinstance(alert, dict) else (parent, key)
