import json

import pytest

from games.models import Stage
from push.models import OutboxPush, ProviderAccount, PushAttempt
from push.sender import Sender
from realtime import database
from tests.push.recorder import IOS_TOKEN, Recorder, push_to
from tests.push.sending import account_of, device_of, queue, rows, send_all
from tests.push.simulated import ApnsServer, FcmServer

pytestmark = pytest.mark.django_db(transaction=True)


async def test_preview_without_credentials_is_recorded_readably(
    sender: Sender, preview: Stage, recorder: Recorder
):
    device = await device_of(preview)
    item = push_to(device, badge=True)
    recorder.unread[device.player_id] = 3
    await queue(preview, [item])
    await send_all(sender)
    [attempt] = await database.run(lambda: list(PushAttempt.objects.all()))
    assert json.loads(attempt.payload) == {
        "aps": {"alert": {"title": "Your turn", "body": "Bo rolled a six"}, "badge": 3}
    }
    assert (attempt.code, attempt.permanent, attempt.number) == ("sandbox", True, 1)
    assert attempt.detail == (
        f"Recorded, not sent to the ios device; kept 3599 s while it is away; "
        f"collapse key {item.player_message_id}."
    )
    assert recorder.reasons == ["pushed_sandbox"]
    assert await rows(OutboxPush, "id") == []


async def test_live_without_credentials_fails_with_its_remedy(
    sender: Sender, live: Stage, recorder: Recorder
):
    await queue(live, [push_to(await device_of(live))])
    await send_all(sender)
    assert await rows(PushAttempt, "code", "permanent", "detail") == [
        ("no_credentials", True, "The live stage has no apns credentials: add a provider account.")
    ]
    assert recorder.reasons == ["push_failed:no_credentials"]


async def test_live_records_where_the_stage_says_so(sender: Sender, live: Stage, recorder: Recorder):
    live.sandbox_push = True
    await database.run(live.save)
    await queue(live, [push_to(await device_of(live))])
    await send_all(sender)
    assert recorder.reasons == ["pushed_sandbox"]


async def test_account_marked_sandbox_records_on_live(sender: Sender, live: Stage, recorder: Recorder):
    await account_of(live, "fcm", {"sandbox": True})
    await queue(live, [push_to(await device_of(live, "android"))])
    await send_all(sender)
    assert recorder.reasons == ["pushed_sandbox"]


@pytest.mark.parametrize("device_os", ["viber", "wp8"])
async def test_device_that_no_service_delivers_to_is_undeliverable(
    sender: Sender, preview: Stage, recorder: Recorder, device_os: str
):
    await queue(preview, [push_to(await device_of(preview, device_os))])
    await send_all(sender)
    assert recorder.reasons == ["push_failed:undeliverable"]


async def test_two_providers_get_their_own_pushes(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer, fcm: FcmServer
):
    await account_of(live, "apns", apns.document())
    await account_of(live, "fcm", fcm.document())
    ios, android = await device_of(live), await device_of(live, "android", "fcm-token-1")
    await queue(live, [push_to(ios), push_to(android)])
    await send_all(sender)
    assert (apns.tokens, fcm.tokens) == ([IOS_TOKEN], ["fcm-token-1"])
    assert recorder.reasons == ["pushed", "pushed"]
    assert await rows(PushAttempt, "code", "payload") == [("sent", ""), ("sent", "")]
    assert await rows(ProviderAccount, "state", "last_error") == [("working", ""), ("working", "")]


async def test_badge_goes_to_android_beside_its_notification(
    sender: Sender, live: Stage, recorder: Recorder, fcm: FcmServer
):
    await account_of(live, "fcm", fcm.document())
    device = await device_of(live, "android")
    recorder.unread[device.player_id] = 7
    await queue(live, [push_to(device, badge=True)])
    await send_all(sender)
    assert fcm.messages[0]["android"]["notification"] == {"notification_count": 7}
