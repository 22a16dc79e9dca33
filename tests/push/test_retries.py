import pytest

from games.models import Stage
from protocol.dates import now_ms
from push.models import OutboxPush, ProviderAccount, PushAttempt
from push.sender import Sender
from tests.push.recorder import IOS_TOKEN, Recorder, push_to
from tests.push.sending import account_of, device_of, make_due, queue, rows, send_all
from tests.push.simulated import ApnsServer, FcmServer

pytestmark = pytest.mark.django_db(transaction=True)


async def test_retry_waits_as_long_as_the_provider_asked(
    sender: Sender, live: Stage, recorder: Recorder, fcm: FcmServer
):
    fcm.fault("too_many", "t", seconds=120)
    await account_of(live, "fcm", fcm.document())
    await queue(live, [push_to(await device_of(live, "android", "t"))])
    before = now_ms()
    await send_all(sender)
    [(due_ms, tries, mark)] = await rows(OutboxPush, "due_ms", "tries", "claim")
    assert 120_000 <= due_ms - before <= 140_000
    assert (tries, mark) == (1, "")
    assert recorder.reasons == ["push_retrying:QUOTA_EXCEEDED"]
    assert await rows(PushAttempt, "code", "permanent") == [("QUOTA_EXCEEDED", False)]
    await send_all(sender)
    assert len(fcm.messages) == 1


async def test_retry_doubles_its_wait_and_succeeds_in_the_end(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    apns.refuses(IOS_TOKEN, "TooManyRequests")
    await account_of(live, "apns", apns.document())
    await queue(live, [push_to(await device_of(live))])
    waits = []
    for _ in range(3):
        before = now_ms()
        await send_all(sender)
        [(due_ms,)] = await rows(OutboxPush, "due_ms")
        waits.append((due_ms - before) // 1000)
        await make_due()
    apns.recovers()
    await send_all(sender)
    assert [least <= wait <= 1.5 * least + 1 for least, wait in zip([10, 20, 40], waits, strict=True)] == [
        True,
        True,
        True,
    ]
    assert recorder.reasons == ["push_retrying:TooManyRequests"] * 3 + ["pushed"]
    assert await rows(PushAttempt, "number") == [(1,), (2,), (3,), (4,)]


async def test_no_retry_after_the_message_has_expired(
    sender: Sender, live: Stage, recorder: Recorder, fcm: FcmServer
):
    fcm.fault("unavailable", "t", seconds=3600)
    await account_of(live, "fcm", fcm.document())
    item = push_to(await device_of(live, "android", "t"), expires_ms=now_ms() + 1_800_000)
    await queue(live, [item])
    await send_all(sender)
    assert recorder.reasons == ["push_failed:UNAVAILABLE"]
    assert await rows(OutboxPush, "id") == []
    assert await rows(PushAttempt, "permanent", "detail") == [
        (True, "FCM is unavailable. Given up: it expires before the next try.")
    ]


async def test_provider_in_trouble_is_left_alone_for_a_while(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    apns.fault("unavailable")
    await account_of(live, "apns", apns.document())
    device = await device_of(live)
    await queue(live, [push_to(device) for _ in range(5)])
    await send_all(sender)
    await queue(live, [push_to(device) for _ in range(5)])
    await send_all(sender)
    assert len(apns.pushes) == 5
    assert await rows(ProviderAccount, "state") == [("failing",)]
    assert len(await rows(OutboxPush, "id")) == 10
