"""Which players a list has: those to whom an index leads, else by looking through a stage for a while."""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Min, Q, QuerySet

from games.models import Stage
from players.models import DeviceIdentity, Player
from players.segment_queries import compile_query
from protocol.dates import now_ms
from push.models import Device
from push.providers import Provider
from realtime.presence import presence

PAGE = 50
SECONDS = 3.0  # that a stage is looked through
WINDOW = 5_000  # players a look
NAMED = 200  # by each kind of name
ONLINE = 2_000  # the newest of those
DAY_MS = 86_400_000
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Asked:
    """`q` is an id, the beginning of a name, a device's id, a push token or its hash. "" asks for nothing.

    `segment` is `CODE=VALUE`; `device` "yes" or "no"; `online` "yes". `seen` and `created` are days: seen
    within so many, or where `seen` is below zero, not seen for so many.
    """

    q: str = ""
    online: str = ""
    segment: str = ""
    device: str = ""
    seen: int = 0
    created: int = 0

    @property
    def anything(self) -> bool:
        return self != Asked()


@dataclass(frozen=True, slots=True)
class Found:
    """`older` is the id behind which the next page begins, "" at the end. `looked_through`: so many players
    were looked at when the time was over; 0 where there was enough of it."""

    players: list[Player]
    older: str = ""
    looked_through: int = 0


def find(stage: Stage, asked: Asked, before: str = "", most: int = PAGE) -> Found:
    """The newest first, `most` of them, behind the id `before`."""
    rows = Player.objects.filter(stage=stage)
    narrowed = _narrowed(stage, asked, before)
    conditions = list(_conditions(asked))
    if narrowed is not None:
        return _page(rows.filter(*conditions, pk__in=narrowed), before, most)
    if not conditions:
        return _page(rows, before, most)
    return _looked_through(rows, conditions, before, most)


def _narrowed(stage: Stage, asked: Asked, before: str) -> set[str] | None:
    """The ids among which the answer is; None: it may be anybody."""
    named = _named(stage, asked.q) if asked.q else None
    if not asked.online:
        return named
    online = presence().everybody_from_thread()
    if named is not None:
        return named & online
    return set(sorted((id_ for id_ in online if not before or id_ < before), reverse=True)[:ONLINE])


def _named(stage: Stage, q: str) -> set[str]:
    """Each kind by an index of its own; capital letters are told from small ones."""
    players = Player.objects.filter(stage=stage)
    by_user_name = players.filter(user_name__gte=q, user_name__lt=q + LAST).order_by("user_name")
    by_name = players.filter(display_name__gte=q, display_name__lt=q + LAST).order_by("display_name")
    found = {q}
    for rows in (by_user_name, by_name):
        found.update(rows.values_list("pk", flat=True)[:NAMED])
    found.update(DeviceIdentity.objects.filter(stage=stage, device_id=q).values_list("player_id", flat=True))
    hashes = [q, hashlib.sha256(q.encode()).hexdigest()]
    devices = Device.objects.filter(stage=stage)
    tokens = Q(provider__in=Provider.values, push_hash__in=hashes)
    found.update(devices.filter(tokens | Q(pk=q)).values_list("player_id", flat=True))
    return found


def _conditions(asked: Asked) -> Iterable[Q]:
    if asked.segment:
        code, _, value = asked.segment.partition("=")
        yield compile_query({"segment": code, "is": value}).to_q()
    if asked.device:
        devices = Q(pk__in=Device.objects.filter(disabled="").values("player"))
        yield devices if asked.device == "yes" else ~devices
    if asked.seen:
        since = now_ms() - abs(asked.seen) * DAY_MS
        yield Q(last_seen_ms__gte=since) if asked.seen > 0 else Q(last_seen_ms__lt=since)
    if asked.created:
        yield Q(created_ms__gte=now_ms() - asked.created * DAY_MS)


def _page(rows: "QuerySet[Player]", before: str, most: int) -> Found:
    behind = rows.filter(pk__lt=before) if before else rows
    found = list(behind.order_by("-pk")[: most + 1])
    return Found(found[:most], found[most - 1].pk if len(found) > most else "")


def _looked_through(rows: "QuerySet[Player]", conditions: list[Q], before: str, most: int) -> Found:
    """No index leads to these: windows of the newest are looked at, until a page is full or time is over."""
    ends = time.monotonic() + SECONDS
    found: list[Player] = []
    looked_through = 0
    while True:
        window = (rows.filter(pk__lt=before) if before else rows).order_by("-pk").values("pk")[:WINDOW]
        last = window.aggregate(last=Min("pk"))["last"]
        if last is None:
            return Found(found)
        within = rows.filter(*conditions, pk__gte=last)
        within = within.filter(pk__lt=before) if before else within
        found += within.order_by("-pk")[: most + 1 - len(found)]
        if len(found) > most:
            return Found(found[:most], found[most - 1].pk)
        before, looked_through = last, looked_through + WINDOW
        if time.monotonic() >= ends:
            return Found(found, last, looked_through)
