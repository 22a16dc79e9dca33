"""Daily caps of an account and of each device, over the simulator."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from games.models import Stage
from protocol.dates import now_ms
from push import caps, jobs
from push.accounts import set_account
from push.claims import LaneKey, claim
from push.counting import day_of
from push.models import DeviceDay, OutboxPush, PushAttempt
from push.outbox import enqueue
from push.sender import Sender
from tests.push.recorder import IOS_TOKEN, Recorder, make_device, push_to
from tests.push.sending import account_of, device_of, make_due, queue, rows, send_all
from tests.push.simulated import ApnsServer

pytestmark = pytest.mark.django_db(transaction=True)

OTHER_TOKEN = "ef" * 32
DAY_MS = 24 * 3600 * 1000
NOON_MS = 1_480_507_200_000  # 2016-11-30, 12:00


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The time by which pushes are counted, to be changed."""
    at_ms = [NOON_MS]
    monkeypatch.setattr(caps, "now_ms", lambda: at_ms[0])
    return at_ms


async def test_a_device_gets_no_more_than_its_cap_and_other_devices_theirs(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer, clock: list[int]
):
    await account_of(live, "apns", apns.document(deviceDailyCap=2))
    device, other = await device_of(live), await device_of(live, "ios", OTHER_TOKEN)
    await queue(live, [push_to(device) for _ in range(3)])
    await send_all(sender)
    await queue(live, [push_to(device), push_to(other)])
    await send_all(sender)
    assert [each["token"] for each in apns.delivered] == [IOS_TOKEN, IOS_TOKEN, OTHER_TOKEN]
    assert sorted(recorder.reasons) == ["pushed"] * 3 + ["suppressed_cap"] * 2
    suppressed = [
        each[1:] for each in await rows(PushAttempt, "code", "permanent", "detail") if each[0] != "sent"
    ]
    sentence = "The device had its 2 pushes of 2016-11-30 (UTC): the account's deviceDailyCap."
    assert suppressed == [(True, sentence)] * 2
    assert sorted(await rows(DeviceDay, "device_id", "day", "pushes")) == sorted(
        [(device.pk, "2016-11-30", 2), (other.pk, "2016-11-30", 1)]
    )
    assert await rows(OutboxPush, "id") == []


async def test_the_device_s_next_day_begins_with_the_whole_cap(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer, clock: list[int]
):
    await account_of(live, "apns", apns.document(deviceDailyCap=1))
    device = await device_of(live)
    for days in (0, 0, 1):
        clock[0] = NOON_MS + days * DAY_MS
        await queue(live, [push_to(device)])
        await send_all(sender)
    assert recorder.reasons == ["pushed", "suppressed_cap", "pushed"]


async def test_a_push_counts_once_however_often_it_is_tried(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    apns.fault("unavailable", IOS_TOKEN, times=2)
    await account_of(live, "apns", apns.document(deviceDailyCap=2))
    device = await device_of(live)
    await queue(live, [push_to(device)])
    for _ in range(3):
        await send_all(sender)
        await make_due()
    await queue(live, [push_to(device)])
    await send_all(sender)
    assert recorder.reasons == ["push_retrying:ServiceUnavailable"] * 2 + ["pushed"] * 2


async def test_a_raised_cap_lets_through_what_it_is_raised_by(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    device = await device_of(live)
    for cap in (1, 3):
        await account_of(live, "apns", apns.document(deviceDailyCap=cap))
        await queue(live, [push_to(device) for _ in range(4)])
        await send_all(sender)
    assert len(apns.delivered) == 3
    assert recorder.reasons.count("suppressed_cap") == 5


@pytest.mark.parametrize("cap", ["deviceDailyCap", "dailyCap"])
def test_four_workers_share_one_cap(live: Stage, recorder: Recorder, cap: str):
    set_account(live, "fcm", {"sandbox": True, cap: 5})
    device = make_device(live, "android", "t")
    enqueue(live.pk, [push_to(device) for _ in range(40)])

    def claim_all() -> None:
        while claim(LaneKey(live.pk, "fcm"), 3).found:
            pass
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        for worker in [pool.submit(claim_all) for _ in range(4)]:
            worker.result()
    assert OutboxPush.objects.count() == 5
    assert recorder.reasons == ["suppressed_cap"] * 35


@pytest.mark.postgresql
@pytest.mark.parametrize("cap", ["deviceDailyCap", "dailyCap"])
def test_a_worker_waits_for_what_another_one_is_counting(live: Stage, recorder: Recorder, cap: str):
    set_account(live, "fcm", {"sandbox": True, cap: 1})
    device = make_device(live, "android", "t")
    enqueue(live.pk, [push_to(device) for _ in range(2)])

    def claim_other() -> int:
        try:
            return len(claim(LaneKey(live.pk, "fcm"), 1).claimed)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        assert len(claim(LaneKey(live.pk, "fcm"), 1).claimed) == 1
        other = pool.submit(claim_other)
        while not other.done() and not somebody_waits():
            pass
        transaction.on_commit(lambda: results.append(other.result(10)))
        results: list[int] = []
    assert results == [0]
    assert recorder.reasons == ["suppressed_cap"]


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


async def test_messages_that_leave_in_one_push_count_once(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    await account_of(live, "apns", apns.document(deviceDailyCap=1, coalesce=True))
    device = await device_of(live)
    await queue(live, [push_to(device) for _ in range(3)])
    await send_all(sender)
    await queue(live, [push_to(device) for _ in range(2)])
    await send_all(sender)
    assert len(apns.delivered) == 1
    assert recorder.reasons == ["pushed"] * 3 + ["suppressed_cap"] * 2


def test_counts_of_devices_go_after_two_days(live: Stage):
    for age in (1, 2):
        DeviceDay.objects.create(stage=live, device_id="d", day=day_of(now_ms() - age * DAY_MS))
    assert not jobs.drop_old_device_days()
    assert DeviceDay.objects.get().day == day_of(now_ms() - DAY_MS)
