"""How many pushes an account sends a UTC day, and how many of them to one device, where it caps them."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db import connection

from protocol.dates import now_ms
from push.counting import day_of
from push.models import OutboxPush, ProviderAccount
from realtime.sql import given, given_values

# In one order of devices, so that two workers do not wait for each other in a circle.
_ADD = f"""
INSERT INTO push_deviceday (stage_id, day, device_id, pushes)
SELECT %s, %s, device_id, pushes FROM {given("added", device_id="text", pushes="integer")}
WHERE TRUE ORDER BY device_id
ON CONFLICT (device_id, day) DO UPDATE SET pushes = push_deviceday.pushes + excluded.pushes
RETURNING device_id, pushes
"""


def over_caps(account: ProviderAccount | None, pushes: Sequence[OutboxPush]) -> dict[str, str]:
    """{row id: sentence} of those of these new pushes that a cap has no room for; the others are counted.

    Part of the claim's transaction, which holds the counts until its end: another worker does not give the
    same place away. A push counts once, however often it is tried and whatever comes of it.
    """
    if account is None or not pushes:
        return {}
    day = day_of(now_ms())
    over = _of_devices(account, day, pushes)
    return over | _of_account(account, day, [push for push in pushes if push.id not in over])


def _of_devices(account: ProviderAccount, day: str, pushes: Sequence[OutboxPush]) -> dict[str, str]:
    cap = account.device_daily_cap
    if cap is None:
        return {}
    asked = Counter(push.device_id for push in pushes)
    before = _add(account.stage_id, day, dict.fromkeys(asked, 0))
    room = {id: max(0, min(count, cap - before[id])) for id, count in asked.items()}
    _add(account.stage_id, day, room)
    over = {}
    for push in pushes:
        if room[push.device_id] > 0:
            room[push.device_id] -= 1
        else:
            over[push.id] = f"The device had its {cap} pushes of {day} (UTC): the account's deviceDailyCap."
    return over


def _of_account(account: ProviderAccount, day: str, pushes: Sequence[OutboxPush]) -> dict[str, str]:
    cap = account.daily_cap
    if cap is None or not pushes:
        return {}
    rows = ProviderAccount.objects.filter(pk=account.pk)
    sent_day, sent_today = rows.select_for_update(no_key=True).values_list("sent_day", "sent_today").get()
    used = sent_today if sent_day == day else 0
    room = max(0, min(len(pushes), cap - used))
    rows.update(sent_day=day, sent_today=used + room)
    sentence = f"The account sent its {cap} pushes of {day} (UTC): its dailyCap."
    return {push.id: sentence for push in pushes[room:]}


def _add(stage_id: int, day: str, pushes: Mapping[str, int]) -> dict[str, int]:
    """Count them, and hold the counts; the devices' sums."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [stage_id, day, *given_values(list(pushes.items()))])
        return dict(cursor.fetchall())
