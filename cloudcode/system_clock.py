"""Which scripts the clock, or a publication, has due: once a period for a stage, over all processes.

A row for each remembers the period of its last run; whoever moves it on runs the script. After a time
without workers one run takes the place of all that were missed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection
from django.db.models import Exists, OuterRef

from cloudcode.budget import lease_ms
from cloudcode.models import SystemTick
from games.models import Stage
from protocol.dates import now_ms
from realtime.sql import IN_LIST, encode_list

PUBLISHED = "system/GS_GAME_PUBLISH"
# How much of `2026-11-27T18:35` names the period.
LENGTHS = {"system/GS_MINUTE": 16, "system/GS_HOURLY": 13, "system/GS_DAILY": 10}

_LOOK = f"""
SELECT stage.id, script.key, stage.snapshot_id, tick.slot, tick.busy_until_ms
FROM cloudcode_script script
JOIN games_stage stage ON stage.game_id = script.game_id
LEFT JOIN cloudcode_systemtick tick ON tick.stage_id = stage.id AND tick.name = script.key
WHERE script.key {IN_LIST} AND (stage.snapshot_id IS NOT NULL OR stage.name = 'preview')
"""


@dataclass(frozen=True, slots=True)
class Tick:
    """`slot`: what is to be run; see SystemTick."""

    stage_id: int
    name: str
    slot: str


def due(now: int) -> list[Tick]:
    """What is due and does not run at present. One that is seen for the first time is due from its next
    period on, or at once where the game was published with it.

    A game's removed scripts are looked at too: live may run them still.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [encode_list([PUBLISHED, *LENGTHS])])
        rows = cursor.fetchall()
    found, new = [], []
    for stage_id, name, snapshot_id, slot, busy_until_ms in rows:
        is_now = _slot(name, now) if name in LENGTHS else str(snapshot_id or "")
        tick = Tick(stage_id, name, is_now)
        if slot is None:
            new.append(tick)
        elif busy_until_ms <= now and is_now and (slot < is_now if name in LENGTHS else slot != is_now):
            found.append(tick)
    return found + (_begin(new) if new else [])


def _begin(ticks: list[Tick]) -> list[Tick]:
    SystemTick.objects.bulk_create(
        [
            SystemTick(stage_id=each.stage_id, name=each.name, slot=each.slot if each.name in LENGTHS else "")
            for each in ticks
        ],
        ignore_conflicts=True,
    )
    return [each for each in ticks if each.name == PUBLISHED and each.slot]


def claim(tick: Tick) -> bool:
    """Whether it is ours to run: one of all that ask gets it."""
    now = now_ms()
    rows = SystemTick.objects.filter(stage_id=tick.stage_id, name=tick.name, busy_until_ms__lte=now)
    if tick.name == PUBLISHED:  # and nothing was published since it was looked at
        published = Stage.objects.filter(pk=OuterRef("stage_id"), snapshot_id=int(tick.slot))
        rows = rows.exclude(slot=tick.slot).filter(Exists(published))
    else:
        rows = rows.filter(slot__lt=tick.slot)
    return rows.update(slot=tick.slot, busy_until_ms=now + lease_ms()) == 1


def release(tick: Tick) -> None:
    """Its run is over."""
    SystemTick.objects.filter(stage_id=tick.stage_id, name=tick.name, slot=tick.slot).update(busy_until_ms=0)


def _slot(name: str, now: int) -> str:
    at = datetime.fromtimestamp(now / 1000, UTC)
    return at.isoformat(timespec="minutes")[: LENGTHS[name]]
