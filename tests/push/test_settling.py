import pytest

from games.models import Stage
from protocol.dates import now_ms
from push.claims import LaneKey, claim
from push.models import OutboxPush, ProviderAccount
from push.results import Result
from push.sender import Sender
from push.settling import settle
from push.transports.base import PushError
from realtime import database
from tests.push.recorder import Recorder, push_to
from tests.push.sending import account_of, device_of, queue, rows, send_all
from tests.push.simulated import ApnsServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("reason", ["BadDeviceToken", "InvalidProviderToken"])
async def test_what_a_wrong_account_was_refused_is_sent_once_it_is_corrected(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer, reason: str
):
    fault = apns.fault("refuse", code=reason)
    await account_of(live, "apns", apns.document())
    items = [push_to(await device_of(live, "ios", f"{number:064x}")) for number in range(1, 9)]
    await queue(live, items)
    await send_all(sender)
    assert recorder.reasons == [f"push_failed:{reason}"] * 8
    await send_all(sender)
    asked = fault.fired
    apns.recovers()
    await account_of(live, "apns", apns.document())
    await send_all(sender)
    assert (fault.fired, sorted(recorder.reasons[8:])) == (asked, ["pushed"] * 8)
    keys = sorted(each["collapseKey"] for each in apns.delivered)
    assert keys == sorted(item.player_message_id for item in items)
    assert await rows(OutboxPush, "id") == []


async def test_push_that_must_not_be_kept_ends_with_a_wrong_account(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    apns.fault("refuse", code="BadDeviceToken")
    await account_of(live, "apns", apns.document())
    await queue(live, [push_to(await device_of(live), expires_ms=0)])
    await send_all(sender)
    assert recorder.reasons == ["push_failed:BadDeviceToken"]
    assert await rows(OutboxPush, "id") == []


async def test_push_refused_under_former_settings_is_sent_again_under_the_present_ones(
    live: Stage, recorder: Recorder, apns: ApnsServer
):
    account = await account_of(live, "apns", apns.document())
    await queue(live, [push_to(await device_of(live))])
    [claimed] = (await database.run(claim, LaneKey(live.pk, "apns"), 1)).claimed
    error = PushError("InvalidProviderToken", permanent=True, account=True)
    version = (account.pk, account.credentials_changed_ms)
    await account_of(live, "apns", apns.document())
    assert await database.run(settle, [Result(claimed.row, version, now_ms(), error=error)]) == [True]
    assert recorder.reasons == ["push_retrying:InvalidProviderToken"]
    assert await rows(ProviderAccount, "state") == [("new",)]
    [(due_ms,)] = await rows(OutboxPush, "due_ms")
    assert due_ms <= now_ms()
