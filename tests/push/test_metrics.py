"""What is counted of pushes."""

import pytest

from games.models import Stage
from protocol.dates import now_ms
from push import ages, metrics
from push.models import OutboxPush
from push.retries import MOST_TRIES
from push.sender import Sender
from realtime import database
from tests.push.recorder import IOS_TOKEN, Recorder, push_to
from tests.push.sending import account_of, device_of, queue, send_all
from tests.push.simulated import ApnsServer

pytestmark = pytest.mark.django_db(transaction=True)


def attempts(provider: str, code: str) -> float:
    counted = metrics.attempts.values.get((provider, code), 0)
    assert not isinstance(counted, list)
    return counted


def withheld(reason: str) -> float:
    counted = metrics.withheld.values.get(("apns", reason), 0)
    assert not isinstance(counted, list)
    return counted


async def test_attempts_are_counted_by_provider_and_code(
    sender: Sender, live: Stage, preview: Stage, recorder: Recorder, apns: ApnsServer
) -> None:
    codes = ("sent", "sandbox", "Unregistered", "other")
    before = {code: attempts("apns", code) for code in codes}
    await account_of(live, "apns", apns.document())
    device = await device_of(live)
    await queue(live, [push_to(device)])
    await queue(preview, [push_to(await device_of(preview))])
    await send_all(sender)
    apns.refuses(IOS_TOKEN, "Unregistered")
    await queue(live, [push_to(device)])
    await send_all(sender)
    made = {code: attempts("apns", code) - before[code] for code in codes}
    assert made == {"sent": 1, "sandbox": 1, "Unregistered": 1, "other": 0}


async def test_pushes_that_end_before_they_leave_are_counted_by_reason(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
) -> None:
    reasons = ("dismissed", "no_device", "gave_up", "suppressed_cap", "expired")
    before = {reason: withheld(reason) for reason in reasons}
    await account_of(live, "apns", apns.document(dailyCap=1))
    device = await device_of(live)
    items = [push_to(device) for _ in range(4)]
    recorder.unwanted[items[0].player_message_id] = "dismissed"
    await queue(live, [*items, push_to(device, device_id="gone")])
    tried = OutboxPush.objects.filter(player_message_id=items[1].player_message_id)
    await database.run(lambda: tried.update(tries=MOST_TRIES))
    await send_all(sender)
    counted = {
        reason: metrics.withheld.values.get(("apns", reason), 0) - before[reason] for reason in reasons
    }
    assert counted == {"dismissed": 1, "no_device": 1, "gave_up": 1, "suppressed_cap": 1, "expired": 0}
    assert len(apns.delivered) == 1


async def test_what_a_provider_writes_freely_is_no_label(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
) -> None:
    before = attempts("apns", "other")
    await account_of(live, "apns", apns.document())
    apns.refuses(IOS_TOKEN, "Bad token a1b2c3d4 of player 7")
    await queue(live, [push_to(await device_of(live))])
    await send_all(sender)
    assert attempts("apns", "other") - before == 1


async def test_oldest_due_push_is_found_whatever_its_lane(
    live: Stage, preview: Stage, recorder: Recorder
) -> None:
    assert await database.run(ages.oldest_age) == 0.0
    ios, android = await device_of(live), await device_of(preview, "android", "t")
    await queue(live, [push_to(ios)])
    await queue(preview, [push_to(android), push_to(android)])
    later, due = now_ms() + 60_000, now_ms() - 90_000
    await database.run(lambda: OutboxPush.objects.update(due_ms=later))
    assert await database.run(ages.oldest_age) == 0.0
    oldest = OutboxPush.objects.filter(stage=preview).order_by("pk")
    await database.run(lambda: oldest.filter(pk=oldest.first().pk).update(due_ms=due))  # type: ignore[union-attr]
    await ages.measure()
    (age,) = metrics.overdue.values.values()
    assert isinstance(age, float)
    assert 90 <= age < 120
