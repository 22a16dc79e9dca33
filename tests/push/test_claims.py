import pytest

from games.models import Stage
from games.recycling import delete_game
from protocol.dates import now_ms
from push import devices
from push.models import OutboxPush, PushAttempt
from push.sender import Sender
from realtime import database
from tests.push.recorder import IOS_TOKEN, Recorder, make_player, push_to
from tests.push.sending import account_of, device_of, queue, rows, send_all
from tests.push.simulated import ApnsServer

pytestmark = pytest.mark.django_db(transaction=True)


async def test_unwanted_push_is_not_sent_and_has_the_owner_s_reason(
    sender: Sender, preview: Stage, recorder: Recorder
):
    item = push_to(await device_of(preview))
    recorder.unwanted[item.player_message_id] = "suppressed_read"
    await queue(preview, [item])
    await send_all(sender)
    assert recorder.reasons == ["suppressed_read"]
    assert (await rows(PushAttempt, "id"), await rows(OutboxPush, "id")) == ([], [])


async def test_push_of_a_deleted_game_is_not_sent(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    await account_of(live, "apns", apns.document())
    await queue(live, [push_to(await device_of(live))])
    await database.run(delete_game, live.game, None)
    await send_all(sender)
    assert (recorder.reasons, apns.pushes) == (["suppressed_deleted"], [])


async def test_expired_push_is_not_sent(sender: Sender, preview: Stage, recorder: Recorder):
    await queue(preview, [push_to(await device_of(preview), expires_ms=now_ms() - 1)])
    await send_all(sender)
    assert recorder.reasons == ["expired"]


async def test_now_or_never_is_sent_with_no_time_to_live(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    await account_of(live, "apns", apns.document())
    await queue(live, [push_to(await device_of(live), expires_ms=0)])
    await send_all(sender)
    assert apns.pushes[0].headers["apns-expiration"] == "0"


async def test_push_for_a_token_that_moved_never_reaches_its_new_player(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    await account_of(live, "apns", apns.document())
    await queue(live, [push_to(await device_of(live))])
    await database.run(lambda: devices.register(make_player(live, "bo"), "ios", IOS_TOKEN))
    await send_all(sender)
    assert (recorder.reasons, apns.pushes) == (["no_device"], [])


async def test_push_for_an_unregistered_device_ends(sender: Sender, preview: Stage, recorder: Recorder):
    device = await device_of(preview)
    await queue(preview, [push_to(device)])
    await database.run(devices.unregister, device.player_id, device.id)
    await send_all(sender)
    assert recorder.reasons == ["no_device"]


async def test_daily_cap_suppresses_what_is_beyond_it(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    await account_of(live, "apns", apns.document(dailyCap=2))
    device = await device_of(live)
    await queue(live, [push_to(device) for _ in range(3)])
    await send_all(sender)
    await queue(live, [push_to(device)])
    await send_all(sender)
    assert len(apns.pushes) == 2
    assert sorted(recorder.reasons) == ["pushed", "pushed", "suppressed_cap", "suppressed_cap"]
