"""Promises to devices, each kept on the whole way: queued, claimed, sent, and what the provider delivered."""

import asyncio
from typing import Any

import pytest
import regex
from cryptography.fernet import Fernet
from django.db import connection

from games.credential_rotation import rotate_credentials
from games.models import Stage
from messaging.payloads import standard_payload
from push import devices
from push.models import Device, PushAttempt, PushCount, PushReceipt
from push.sender import Sender
from push.sizes import LIMITS, payload_size
from realtime import database
from tests.push.recorder import IOS_TOKEN, Recorder, push_to
from tests.push.sending import account_of, device_of, queue, rows, send_all
from tests.push.simulated import ApnsServer, FcmServer, Simulated
from tests.push.test_receipts import call, post_of

pytestmark = pytest.mark.django_db(transaction=True)

FAMILY = "👨‍👩‍👧‍👦"  # one character to a reader, seven code points, 25 bytes


async def test_the_token_that_a_device_got_opens_its_push_once_and_a_forged_one_nothing(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer, process_ended: None
):
    await account_of(live, "apns", apns.document())
    item = push_to(await device_of(live))
    await queue(live, [item])
    await send_all(sender)
    token: str = apns.delivered[0]["payload"]["receipt"]
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert [(await call(post_of(each)))[0] for each in (forged, token, token)] == [403, 204, 204]
    assert await rows(PushReceipt, "player_message_id") == [(item.player_message_id,)]
    assert await rows(PushCount, "sent", "opened") == [(1, 1)]


async def test_a_device_that_was_pruned_gets_pushes_again_once_it_registers(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    apns.refuses(IOS_TOKEN, "Unregistered")
    await account_of(live, "apns", apns.document())
    device = await device_of(live)
    for _ in range(2):
        await queue(live, [push_to(device)])
        await send_all(sender)
    apns.recovers()
    again = await database.run(lambda: devices.register(device.player, "ios", IOS_TOKEN))
    await queue(live, [push_to(device)])
    await send_all(sender)
    assert recorder.reasons == ["push_failed:Unregistered", "no_device", "pushed"]
    assert (again.pk, await rows(Device, "disabled")) == (device.pk, [("",)])
    assert [each["token"] for each in apns.delivered] == [IOS_TOKEN]


async def test_a_long_summary_reaches_the_device_cut_between_characters_as_readers_see_them(
    sender: Sender, live: Stage, recorder: Recorder, fcm: FcmServer
):
    await account_of(live, "fcm", fcm.document())
    device = await device_of(live, "android", "t")
    document = {"@class": ".ScriptMessage", "messageId": "m" * 24, "summary": FAMILY * 500}
    rendered = standard_payload("fcm", document)
    await queue(live, [push_to(device, rendered.value, note=rendered.note)])
    await send_all(sender)
    [delivered] = fcm.delivered
    *characters, last = regex.findall(r"\X", delivered["payload"]["notification"]["body"])
    assert (set(characters), last) == ({FAMILY}, "…")
    assert 100 < len(characters) < 500
    assert payload_size("fcm", rendered.value) <= LIMITS["fcm"]
    shortened = f"The summary was shortened from 500 characters to {len(characters)}"
    assert [detail for (detail,) in await rows(PushAttempt, "detail")] == [shortened]


async def test_a_device_s_new_id_at_amazon_is_where_what_waits_for_it_goes(
    sender: Sender, live: Stage, recorder: Recorder, adm: Simulated
):
    old, new = "amzn1.adm-registration.v3.old", "amzn1.adm-registration.v3.new"
    adm.fault("replace", old, times=1, replacement=new)
    await account_of(live, "adm", adm.document())
    device = await device_of(live, "kindle", old)
    await queue(live, [push_to(device)])
    await send_all(sender)
    again = await database.run(lambda: devices.register(device.player, "kindle", new))
    assert again.pk == device.pk
    await queue(live, [push_to(device)])
    await send_all(sender)
    assert [each["token"] for each in adm.delivered] == [old, new]
    assert await rows(Device, "push_id", "disabled") == [(new, "")]


async def test_credentials_are_rotated_under_load_and_no_push_fails(
    sender: Sender,
    live: Stage,
    preview: Stage,
    recorder: Recorder,
    apns: ApnsServer,
    fcm: FcmServer,
    settings: Any,
):
    """Five keys one after another, each put in front while pushes are in flight, then the only one."""
    apns.fault("delay", seconds=0.05)
    fcm.fault("delay", seconds=0.05)
    aimed: list[tuple[Stage, Device]] = []
    for stage in (live, preview):
        await account_of(stage, "apns", apns.document())
        await account_of(stage, "fcm", fcm.document())
        aimed += [(stage, await device_of(stage)), (stage, await device_of(stage, "android", "t"))]
    for number in range(5):
        for stage, device in aimed:
            await queue(stage, [push_to(device) for _ in range(20)])
        await sender.send_due()
        settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode(), *settings.CREDENTIAL_KEYS]
        counts = await asyncio.to_thread(rotate)
        assert counts["push.ProviderAccount.credentials"] == 4
        settings.CREDENTIAL_KEYS = settings.CREDENTIAL_KEYS[:1]
        await account_of(live, "fcm", fcm.document(dailyCap=1000 + number))
        await sender.idle()
    assert recorder.reasons == ["pushed"] * 5 * 4 * 20
    assert len(apns.delivered) == len(fcm.delivered) == 5 * 2 * 20


def rotate() -> dict[str, int]:
    """How many rows of each column were encrypted anew."""
    try:
        return {each.column: each.rotated for each in rotate_credentials()}
    finally:
        connection.close()
