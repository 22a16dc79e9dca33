"""Which claimed pushes are still to leave, asked just before they do."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from protocol.dates import now_ms
from push.hooks import Outcome, hooks
from push.models import Device, OutboxPush, ProviderAccount
from push.retries import MOST_TRIES, worthless_at


def screen(
    rows: Sequence[OutboxPush], devices: Mapping[str, Device], account: ProviderAccount | None
) -> list[OutboxPush]:
    """The rows that are to be sent; the others are ended with their reason, in the claim's transaction."""
    unwanted = _unwanted(rows, devices)
    _count_towards_cap(account, [row for row in rows if row.id not in unwanted], unwanted)
    _end(rows, unwanted)
    return [row for row in rows if row.id not in unwanted]


def _unwanted(rows: Sequence[OutboxPush], devices: Mapping[str, Device]) -> dict[str, str]:
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
