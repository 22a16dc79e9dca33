import pytest

from games.models import Stage
from protocol.dates import now_ms
from push import devices
from push.models import Device, ProviderAccount, PushAttempt
from push.sender import Sender
from realtime import database
from tests.push.keys import p8_key, pem
from tests.push.recorder import IOS_TOKEN, Recorder, push_to
from tests.push.sending import account_of, device_of, queue, rows, send_all
from tests.push.simulated import ApnsServer, FcmServer, Simulated

pytestmark = pytest.mark.django_db(transaction=True)


async def test_wrong_credentials_are_a_plain_error_in_the_attempt(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    document = apns.document()
    document["credentials"]["p8"] = pem(p8_key("wrong"))
    await account_of(live, "apns", document)
    await queue(live, [push_to(await device_of(live))])
    await send_all(sender)
    sentence = "Apple does not accept the account's key. Check the account's key, key id and team id."
    assert await rows(PushAttempt, "code", "permanent", "detail") == [
        ("InvalidProviderToken", True, sentence)
    ]
    assert recorder.reasons == ["push_failed:InvalidProviderToken"]
    assert await rows(ProviderAccount, "state", "last_error") == [
        ("wrong", f"InvalidProviderToken: {sentence}")
    ]


async def test_refused_account_is_not_asked_again_for_every_push(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    document = apns.document()
    document["credentials"]["p8"] = pem(p8_key("wrong"))
    await account_of(live, "apns", document)
    device = await device_of(live)
    for _ in range(3):
        await queue(live, [push_to(device) for _ in range(5)])
        await send_all(sender)
    assert len(apns.pushes) == 5
    assert recorder.reasons == ["push_failed:InvalidProviderToken"] * 15


async def test_corrected_account_is_used_at_once(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    document = apns.document()
    document["credentials"]["p8"] = pem(p8_key("wrong"))
    await account_of(live, "apns", document)
    device = await device_of(live)
    await queue(live, [push_to(device) for _ in range(6)])
    await send_all(sender)
    await account_of(live, "apns", apns.document())
    await queue(live, [push_to(device)])
    await send_all(sender)
    assert recorder.reasons[-1] == "pushed"


async def test_dead_token_is_pruned(sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer):
    apns.refuses(IOS_TOKEN, "Unregistered", timestamp_ms=now_ms() + 1000)
    await account_of(live, "apns", apns.document())
    device = await device_of(live)
    await queue(live, [push_to(device)])
    await send_all(sender)
    assert recorder.reasons == ["push_failed:Unregistered"]
    assert await rows(Device, "disabled") == [("Unregistered",)]
    assert await database.run(devices.devices_of, [device.player_id]) == {}


async def test_token_registered_after_it_was_called_dead_stays(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    apns.refuses(IOS_TOKEN, "Unregistered", timestamp_ms=now_ms() - 60_000)
    await account_of(live, "apns", apns.document())
    await queue(live, [push_to(await device_of(live))])
    await send_all(sender)
    assert await rows(Device, "disabled") == [("",)]


@pytest.mark.parametrize("reason", ["BadDeviceToken", "DeviceTokenNotForTopic"])
async def test_code_of_a_wrong_account_keeps_tokens_until_the_account_has_worked(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer, reason: str
):
    apns.refuses(IOS_TOKEN, reason)
    await account_of(live, "apns", apns.document())
    device, other = await device_of(live), await device_of(live, "ios", "ef" * 32)
    await queue(live, [push_to(device)])
    await send_all(sender)
    assert await rows(Device, "disabled") == [("",), ("",)]
    [(state, last_error)] = await rows(ProviderAccount, "state", "last_error")
    assert (state, last_error.split(":")[0]) == ("wrong", reason)
    await queue(live, [push_to(other)])
    await send_all(sender)
    await queue(live, [push_to(device)])
    await send_all(sender)
    assert await rows(Device, "push_id", "disabled") == [(IOS_TOKEN, reason), ("ef" * 32, "")]


async def test_new_credentials_have_to_prove_themselves_again(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    await account_of(live, "apns", apns.document())
    device = await device_of(live)
    await queue(live, [push_to(device)])
    await send_all(sender)
    await account_of(live, "apns", apns.document())
    apns.refuses(IOS_TOKEN, "BadDeviceToken")
    await queue(live, [push_to(device)])
    await send_all(sender)
    assert recorder.reasons == ["pushed", "push_failed:BadDeviceToken"]
    assert await rows(Device, "disabled") == [("",)]


async def test_sender_id_mismatch_follows_the_same_rule(
    sender: Sender, live: Stage, recorder: Recorder, fcm: FcmServer
):
    fcm.refuses("t", "SENDER_ID_MISMATCH")
    await account_of(live, "fcm", fcm.document())
    await queue(live, [push_to(await device_of(live, "android", "t"))])
    await send_all(sender)
    assert await rows(Device, "disabled") == [("",)]
    assert await rows(ProviderAccount, "state") == [("wrong",)]


async def test_device_is_called_as_amazon_calls_it_from_then_on(
    sender: Sender, live: Stage, recorder: Recorder, adm: Simulated
):
    old, new = "amzn1.adm-registration.v3.old", "amzn1.adm-registration.v3.new"
    adm.fault("replace", old, replacement=new)
    await account_of(live, "adm", adm.document())
    device = await device_of(live, "kindle", old)
    for _ in range(2):
        await queue(live, [push_to(device)])
        await send_all(sender)
    assert [each["token"] for each in adm.delivered] == [old, new]
    assert await rows(Device, "push_id", "disabled") == [(new, "")]
