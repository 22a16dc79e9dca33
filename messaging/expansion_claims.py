"""Claiming broadcasts: whose turn it is, for how long, and giving them back.

A claim is a lease: it is renewed while its worker lives, and ends by itself when the worker does not, or as
soon as somebody knows that it died. Who lost it writes nothing more, since every write asks for the claim.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import QuerySet

from messaging.broadcast_states import due_after
from messaging.models import Broadcast
from protocol.ids import new_id
from realtime.clock import shared_ms
from realtime.node import node_id

LEASE_MS = 6_000
PUT_OFF_MS = 30_000
LONG_TEXTS = ("player_ids", "per_player")


@dataclass(frozen=True, slots=True)
class Claim:
    """A broadcast that is ours for now. `claimed_ms` by the shared clock."""

    broadcast_id: str
    mark: str
    claimed_ms: int
    _since: float = field(default_factory=time.monotonic)

    @property
    def now(self) -> int:
        """The shared clock, without asking for it again."""
        return self.claimed_ms + int((time.monotonic() - self._since) * 1000)

    @property
    def lease_ms(self) -> int:
        """Until when a claim renewed now holds."""
        return self.now + LEASE_MS

    def held(self) -> "QuerySet[Broadcast]":
        """The row, while it is ours. Without its long texts."""
        return Broadcast.objects.filter(pk=self.broadcast_id, claim=self.mark).defer(*LONG_TEXTS)


def claim_due(most: int) -> list[Claim]:
    """Those that have waited longest, new ones first: turn by turn, all of them come on."""
    now, mark = shared_ms(), new_id()
    due = Broadcast.objects.filter(due_ms__lte=now)
    if not due.exists():
        return []
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    with transaction.atomic():
        ids = list(due.order_by("due_ms", "pk").values_list("pk", flat=True)[:most])
        Broadcast.objects.filter(pk__in=ids).update(claim=mark, node=node_id(), due_ms=now + LEASE_MS)
    return [Claim(broadcast_id, mark, now) for broadcast_id in ids]


def other_holders() -> list[str]:
    """The other processes that hold claims."""
    held = Broadcast.objects.filter(due_ms__isnull=False).exclude(claim="").exclude(node=node_id())
    return list(held.values_list("node", flat=True).distinct())


def free(nodes: Collection[str]) -> None:
    """End the claims of processes that died, whatever is left of their leases."""
    Broadcast.objects.filter(due_ms__isnull=False, node__in=nodes).exclude(claim="").update(due_ms=0)


def anybody_due() -> bool:
    return Broadcast.objects.filter(due_ms__lte=shared_ms()).exists()


def renew(claim: Claim) -> None:
    claim.held().update(due_ms=claim.lease_ms)


def release(claim: Claim, delivered: str) -> int | None:
    """Give it back, everything up to the player `delivered` done; when it is due again.

    What is over lets go of its long texts.
    """
    with transaction.atomic():
        row = claim.held().select_for_update().first()
        if row is None:
            return None
        row.claim, row.delivered = "", delivered
        row.due_ms = due_after(row.progress, claim.now)
        changed = ["claim", "delivered", "due_ms"]
        if row.progress.state.over:
            row.player_ids = row.per_player = ""
            changed += LONG_TEXTS
        row.save(update_fields=changed)
        return row.due_ms


def put_off(claim: Claim) -> None:
    """After a fault: others first, then another try."""
    claim.held().update(claim="", due_ms=claim.now + PUT_OFF_MS)
