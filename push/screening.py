"""Which claimed pushes are still to leave, asked just before they do."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from games.models import Stage
from protocol.dates import now_ms
from push.caps import over_caps
from push.coalescing import Group, grouped
from push.codes import OVER_CAP
from push.endings import Ending
from push.hooks import Outcome, hooks
from push.models import Device, OutboxPush, ProviderAccount, PushAttempt
from push.retries import MOST_TRIES, worthless_at


class Screened(NamedTuple):
    """The pushes to be sent, and the reason of each message whose push is not."""

    groups: list[Group]
    withheld: list[str]


def screen(
    rows: Sequence[OutboxPush], devices: Mapping[str, Device], account: ProviderAccount | None
) -> Screened:
    """Rows that are not to be sent are ended with their reason, in the claim's transaction."""
    unwanted = _unwanted(rows, devices)
    _end([row for row in rows if row.id in unwanted], unwanted)
    groups = grouped([row for row in rows if row.id not in unwanted])
    over = over_caps(account, [group.row for group in groups if group.is_new])
    suppressed = [group for group in groups if group.row.id in over]
    _suppress(suppressed, over)
    withheld = [*unwanted.values(), *(OVER_CAP for group in suppressed for _ in group.rows)]
    return Screened([group for group in groups if group.row.id not in over], withheld)


def _unwanted(rows: Sequence[OutboxPush], devices: Mapping[str, Device]) -> dict[str, str]:
    """{row id: reason} of those that must not leave."""
    if not rows:
        return {}
    now = now_ms()
    refused = hooks.wanted(sorted({row.player_message_id for row in rows}))
    deleted = set(_of_deleted_games({row.stage_id for row in rows}))
    reasons: dict[str, str] = {}
    for row in rows:
        device = devices.get(row.device_id)
        if row.stage_id in deleted:
            reasons[row.id] = "suppressed_deleted"
        elif reason := refused.get(row.player_message_id):
            reasons[row.id] = reason
        elif now >= worthless_at(row):
            reasons[row.id] = "expired"
        elif row.tries > MOST_TRIES:
            reasons[row.id] = "push_failed:gave_up"
        # The token may have moved to another player since: it must not show this one's message.
        elif device is None or device.disabled or device.player_id != row.player_id:
            reasons[row.id] = "no_device"
    return reasons


def _of_deleted_games(stage_ids: Collection[int]) -> Iterable[int]:
    deleted = Stage.objects.filter(pk__in=stage_ids, game__deleted__isnull=False)
    return deleted.values_list("id", flat=True)


def _suppress(groups: Sequence[Group], over: Mapping[str, str]) -> None:
    """End what a cap has no room for, each message with its row in the log: it only waits in the inbox."""
    at_ms = now_ms()
    endings = [
        Ending(row, OVER_CAP, over[group.row.id], OVER_CAP, at_ms) for group in groups for row in group.rows
    ]
    PushAttempt.objects.bulk_create([ending.attempt() for ending in endings])
    _end([ending.row for ending in endings], {ending.row.id: OVER_CAP for ending in endings})


def _end(ended: Sequence[OutboxPush], reasons: Mapping[str, str]) -> None:
    if not ended:
        return
    OutboxPush.objects.filter(pk__in=[row.id for row in ended]).delete()
    hooks.outcome([Outcome(row.player_message_id, row.player_id, reasons[row.id]) for row in ended])
