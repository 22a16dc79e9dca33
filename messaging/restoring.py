"""After the database was taken back to an earlier moment: nothing that happened since is to happen twice.

What a client confirmed after that moment waits again, and what was pushed is to be pushed again. Where the
last state of the database is still to be had, what happened is read from there (`carry_over`). Where it is
not, nothing is pushed, and what waited is delivered again under its messageId or left to the inbox
(`forget`).

No process of Flint may run meanwhile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from games.audit import record
from messaging.broadcast_states import State
from messaging.models import Broadcast, PlayerMessage
from players.models import Player
from push.models import Device, OutboxPush

CHUNK = 1_000
HAPPENED = ("state", "reason", "pushed", "due_ms", "seen", "status", "dismissed")
PROGRESS = (
    "state",
    "total",
    "expanded",
    "failed",
    "canary_failed",
    "cursor",
    "delivered",
    "last_id",
    "ended_ms",
)
OVER = (State.ABORTED, State.EXPANDED)


@dataclass(slots=True)
class Restored:
    """`settled`: messages that waited and whose end is known from the last state. `kept`: those that wait on.
    `unknown`: those that the last state lacks. `dropped` pushes are not sent; `paused` broadcasts wait for
    an operator; `copies` were stored after the moment and are here again."""

    settled: int = 0
    kept: int = 0
    unknown: int = 0
    dropped: int = 0
    paused: int = 0
    copies: int = 0


@transaction.atomic
def forget(deliver_again: bool) -> Restored:
    """Without a last state. `deliver_again` False closes what waited: it is in the inbox alone then."""
    done = Restored(paused=_pause(_under_way()))
    done.dropped = OutboxPush.objects.all().delete()[0]
    waiting = PlayerMessage.objects.filter(state=PlayerMessage.State.WAITING)
    if deliver_again:
        done.kept = waiting.update(pushed=True)
    else:
        closed = {"state": PlayerMessage.State.CLOSED, "reason": "suppressed_restored", "due_ms": None}
        done.settled = waiting.update(pushed=True, **closed)
    record(None, "database.restored", "without a last state", again=deliver_again)
    return done


@transaction.atomic
def carry_over(last: str) -> Restored:
    """From the database of that alias. What it does not know any more is not pushed again."""
    done = Restored()
    for rows in _waiting_chunks():
        _settle(rows, last, done)
    _take_broadcasts(last, done)
    queued = OutboxPush.objects.count()
    OutboxPush.objects.all().delete()
    done.dropped = queued - _take_pushes(last)
    record(None, "database.restored", "from a last state", settled=done.settled, kept=done.kept)
    return done


def _under_way() -> list[str]:
    return list(Broadcast.objects.exclude(state__in=OVER).values_list("pk", flat=True))


def _pause(broadcasts: Sequence[str]) -> int:
    held = {"claim": "", "node": "", "due_ms": None, "judge_ms": None}
    return Broadcast.objects.filter(pk__in=broadcasts).update(state=State.PAUSED, **held)


def _waiting_chunks() -> Iterator[list[PlayerMessage]]:
    last_id = ""
    while True:
        waiting = PlayerMessage.objects.filter(state=PlayerMessage.State.WAITING, id__gt=last_id)
        rows = list(waiting.only("id", *HAPPENED).order_by("id")[:CHUNK])
        if not rows:
            return
        yield rows
        last_id = rows[-1].id


def _settle(rows: Sequence[PlayerMessage], last: str, done: Restored) -> None:
    known = PlayerMessage.objects.using(last).only("id", *HAPPENED).in_bulk([row.id for row in rows])
    for row in rows:
        then = known.get(row.id)
        if then is None:
            done.unknown += 1
            row.pushed = True
            continue
        for name in HAPPENED:
            setattr(row, name, getattr(then, name))
        if row.state == PlayerMessage.State.WAITING:
            done.kept += 1
        else:
            done.settled += 1
    PlayerMessage.objects.bulk_update(rows, HAPPENED, batch_size=CHUNK // 2)


def _take_broadcasts(last: str, done: Restored) -> None:
    """Whoever got a copy after the moment gets none again; the rest of the audience is gone on with."""
    for pk in _under_way():
        then = Broadcast.objects.using(last).filter(pk=pk).first()
        if then is None:
            done.paused += _pause([pk])
            continue
        done.copies += _take_copies(pk, last)
        values = {name: getattr(then, name) for name in PROGRESS}
        due = None if then.state in OVER else 0
        Broadcast.objects.filter(pk=pk).update(**values, claim="", node="", due_ms=due)


def _take_copies(message_id: str, last: str) -> int:
    """Those of players who are here; who registered later is gone with everything else since then."""
    taken, last_id = 0, ""
    while True:
        copies = PlayerMessage.objects.using(last).filter(message_id=message_id, id__gt=last_id)
        rows = list(copies.order_by("id")[:CHUNK])
        if not rows:
            return taken
        last_id = rows[-1].id
        players = set(
            Player.objects.filter(pk__in=[row.player_id for row in rows]).values_list("pk", flat=True)
        )
        here = set(PlayerMessage.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
        new = [row for row in rows if row.player_id in players and row.pk not in here]
        taken += len(PlayerMessage.objects.using("default").bulk_create(new, batch_size=CHUNK // 2))


def _take_pushes(last: str) -> int:
    """Those that were still to be sent, of messages and devices that are here. Returns how many."""
    taken, last_id = 0, ""
    while True:
        queued = OutboxPush.objects.using(last).filter(id__gt=last_id)
        rows = list(queued.order_by("id")[:CHUNK])
        if not rows:
            return taken
        last_id = rows[-1].id
        ids = {row.player_message_id for row in rows}
        messages = set(PlayerMessage.objects.filter(pk__in=ids).values_list("pk", flat=True))
        devices = set(
            Device.objects.filter(pk__in={row.device_id for row in rows}).values_list("pk", flat=True)
        )
        new = [row for row in rows if row.player_message_id in messages and row.device_id in devices]
        for row in new:
            row.claim = ""
        taken += len(OutboxPush.objects.using("default").bulk_create(new, batch_size=CHUNK // 2))
