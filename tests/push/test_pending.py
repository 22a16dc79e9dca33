"""New credentials of an account that sends: the old ones send on until the provider takes the new ones."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from games.credential_rotation import rotate_credentials
from games.models import AuditEntry, Stage
from protocol.dates import now_ms
from push import pending
from push.account_health import learn
from push.accounts import account_of, discard_pending, promote, set_account, show_account
from push.jobs import prove_pending
from push.models import Device, PendingCredentials, ProviderAccount, PushAttempt
from push.pending import candidate_of, claim_due
from push.results import Result
from push.sender import Sender
from push.transports.base import Sent
from realtime import database
from realtime.worker import Worker, load_jobs
from tests.push import sending
from tests.push.keys import p8_key, pem, service_key
from tests.push.recorder import IOS_TOKEN, Recorder, push_to
from tests.push.sending import device_of, queue, rows, send_all
from tests.push.simulated import ApnsServer, FcmServer

pytestmark = pytest.mark.django_db(transaction=True)

NOT_IN_USE = (
    "The new credentials are not in use, the old ones send on: InvalidProviderToken: "
    "Apple does not accept the account's key. Check the account's key, key id and team id. "
    "Set the account again, with credentials as the provider's console shows them now."
)


def wrong_key(document: dict[str, Any]) -> dict[str, Any]:
    return document | {"credentials": document["credentials"] | {"p8": pem(p8_key("wrong"))}}


def new_key(document: dict[str, Any]) -> dict[str, Any]:
    """Other credentials, which the provider takes: the same key in another text."""
    key = document["credentials"]["p8"]
    return document | {"credentials": document["credentials"] | {"p8": f"{key}\n"}}


async def prove_all() -> None:
    while await prove_pending():
        pass


async def why(stage: Stage, provider: str = "apns") -> str:
    """What the page says of the new credentials; "" where none wait."""

    def shown() -> str:
        account = account_of(stage, provider)
        assert account is not None
        new: dict[str, Any] = show_account(account).get("newCredentials", {})
        return str(new.get("why", ""))

    return await database.run(shown)


async def until_none_wait() -> None:
    async with asyncio.timeout(10):
        waiting = await rows(PendingCredentials, "pk")
        while waiting:
            waiting = await rows(PendingCredentials, "pk")


async def push_once(sender: Sender, stage: Stage, device: Device) -> None:
    await queue(stage, [push_to(device)])
    await send_all(sender)


async def test_wrong_new_key_leaves_the_old_one_sending(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    await sending.account_of(live, "apns", apns.document())
    device = await device_of(live)
    await push_once(sender, live, device)
    await sending.account_of(live, "apns", wrong_key(apns.document()))
    await push_once(sender, live, device)
    assert await why(live) == pending.PROVING
    await prove_all()
    assert await why(live) == NOT_IN_USE
    await push_once(sender, live, device)
    assert recorder.reasons == ["pushed"] * 3
    assert [each["token"] for each in apns.delivered] == [IOS_TOKEN] * 3
    assert await rows(ProviderAccount, "state", "last_error") == [("working", "")]


async def test_wrong_service_account_leaves_the_old_one_sending(
    sender: Sender, live: Stage, recorder: Recorder, fcm: FcmServer
):
    await sending.account_of(live, "fcm", fcm.document())
    wrong = fcm.document()
    wrong["credentials"]["serviceAccount"]["private_key"] = pem(service_key("wrong"))
    await sending.account_of(live, "fcm", wrong)
    await prove_all()
    await push_once(sender, live, await device_of(live, "android", "t"))
    assert recorder.reasons == ["pushed"]
    assert "Google refuses the service account." in await why(live, "fcm")


async def test_new_key_is_used_once_the_provider_has_taken_it(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    account = await sending.account_of(live, "apns", apns.document())
    device = await device_of(live)
    await push_once(sender, live, device)
    new = new_key(apns.document())
    await sending.account_of(live, "apns", new)
    before = await database.run(account_of, live, "apns")
    assert before.secrets == apns.document()["credentials"]
    await prove_all()
    after = await database.run(account_of, live, "apns")
    assert (after.secrets, after.state, after.last_success_ms) == (new["credentials"], "new", 0)
    assert after.credentials_changed_ms > account.credentials_changed_ms
    assert await why(live) == ""
    await push_once(sender, live, device)
    assert recorder.reasons == ["pushed"] * 2
    actions = await database.run(lambda: list(AuditEntry.objects.values_list("action", flat=True)))
    assert actions == ["push_account.promoted", "push_account.set", "push_account.set"]


async def test_the_worker_tries_new_credentials_as_soon_as_they_are_set(
    live: Stage, recorder: Recorder, apns: ApnsServer
):
    """Woken by the commit: the next tick is an hour away."""
    [job] = [job for job in load_jobs() if job.name == pending.JOB]
    await sending.account_of(live, "apns", apns.document())
    worker = Worker([replace(job, every=3600.0)])
    await worker.start()
    await sending.account_of(live, "apns", new_key(apns.document()))
    await until_none_wait()
    await worker.stop()
    assert (await database.run(account_of, live, "apns")).secrets == new_key(apns.document())["credentials"]


async def test_promoted_credentials_have_to_prove_themselves_before_tokens_are_pruned(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    """Not by the proof: the provider may take a key that is for another app than the devices'."""
    await sending.account_of(live, "apns", apns.document())
    device = await device_of(live)
    await push_once(sender, live, device)
    await sending.account_of(live, "apns", new_key(apns.document()))
    await prove_all()
    apns.refuses(IOS_TOKEN, "BadDeviceToken")
    await push_once(sender, live, device)
    assert recorder.reasons == ["pushed", "push_failed:BadDeviceToken"]
    assert await rows(Device, "disabled") == [("",)]


async def test_a_wrong_new_key_lets_dead_tokens_be_pruned_as_the_old_one_proved_itself(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    await sending.account_of(live, "apns", apns.document())
    device = await device_of(live)
    await push_once(sender, live, device)
    await sending.account_of(live, "apns", wrong_key(apns.document()))
    await prove_all()
    apns.refuses(IOS_TOKEN, "BadDeviceToken")
    await push_once(sender, live, device)
    assert await rows(Device, "disabled") == [("BadDeviceToken",)]


async def test_what_was_learnt_under_the_old_key_is_not_the_new_one_s(live: Stage, apns: ApnsServer):
    """A push that left before the promotion is settled after it."""
    old = await sending.account_of(live, "apns", apns.document())
    await sending.account_of(live, "apns", new_key(apns.document()))
    await prove_all()
    item: Any = None
    late = Result(item, (old.pk, old.credentials_changed_ms), now_ms(), sent=Sent())
    await database.run(learn, [late])
    assert await rows(ProviderAccount, "state", "last_success_ms") == [("new", 0)]


async def test_provider_that_is_away_is_asked_again_later(live: Stage, apns: ApnsServer):
    await sending.account_of(live, "apns", apns.document())
    await sending.account_of(live, "apns", new_key(apns.document()) | {"endpoint": "https://127.0.0.1:9"})
    before = now_ms()
    await prove_all()
    assert "unreachable: 127.0.0.1:9 cannot be connected to." in await why(live)
    [(tries, due_ms)] = await rows(PendingCredentials, "tries", "due_ms")
    assert tries == 1
    assert due_ms >= before + pending.FIRST_PAUSE_MS
    assert (await database.run(account_of, live, "apns")).endpoint == apns.document()["endpoint"]


async def test_key_for_another_environment_comes_with_that_environment(live: Stage, apns: ApnsServer):
    await sending.account_of(live, "apns", apns.document(endpoint="https://127.0.0.1:9", dailyCap=5))
    await sending.account_of(live, "apns", new_key(apns.document(dailyCap=7)))
    assert await rows(ProviderAccount, "endpoint", "daily_cap") == [("https://127.0.0.1:9", 7)]
    await prove_all()
    assert await rows(ProviderAccount, "endpoint", "daily_cap") == [(apns.document()["endpoint"], 7)]


async def test_credentials_that_the_provider_refuses_are_replaced_at_once(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    await sending.account_of(live, "apns", wrong_key(apns.document()))
    device = await device_of(live)
    await push_once(sender, live, device)
    await sending.account_of(live, "apns", apns.document())
    await push_once(sender, live, device)
    # What was refused is sent too.
    assert recorder.reasons == ["push_failed:InvalidProviderToken", "pushed", "pushed"]


async def test_two_workers_do_not_try_the_same_credentials(live: Stage, apns: ApnsServer):
    await sending.account_of(live, "apns", apns.document())
    await sending.account_of(live, "apns", new_key(apns.document()))
    assert await database.run(claim_due) is not None
    assert await database.run(claim_due) is None


def test_credentials_that_were_replaced_while_they_were_tried_are_not_promoted(live: Stage):
    set_account(live, "adm", {"credentials": {"clientId": "id", "clientSecret": "old"}})
    set_account(live, "adm", {"credentials": {"clientId": "id", "clientSecret": "tried"}})
    account: Any = account_of(live, "adm")
    tried: Any = candidate_of(account)
    set_account(live, "adm", {"credentials": {"clientId": "id", "clientSecret": "newest"}})
    assert promote(tried) is False
    assert account_of(live, "adm").secrets["clientSecret"] == "old"  # type: ignore[union-attr]
    newest: Any = candidate_of(account)
    assert newest.account.secrets["clientSecret"] == "newest"


def test_credentials_that_another_worker_promoted_are_in_use(live: Stage):
    set_account(live, "adm", {"credentials": {"clientId": "id", "clientSecret": "old"}})
    set_account(live, "adm", {"credentials": {"clientId": "id", "clientSecret": "new"}})
    tried: Any = candidate_of(account_of(live, "adm"))  # type: ignore[arg-type]
    assert [promote(tried) for _ in range(2)] == [True, True]
    assert AuditEntry.objects.filter(action="push_account.promoted").count() == 1


@pytest.mark.parametrize("how", ["discarded", "set back"])
def test_new_credentials_can_be_given_up(live: Stage, how: str):
    old = {"credentials": {"clientId": "id", "clientSecret": "old"}}
    set_account(live, "adm", old)
    set_account(live, "adm", {"credentials": {"clientId": "id", "clientSecret": "new"}})
    account: Any = account_of(live, "adm")
    if how == "discarded":
        assert discard_pending(account)
        assert not discard_pending(account)
    else:
        set_account(live, "adm", old)
    assert PendingCredentials.objects.count() == 0
    assert account_of(live, "adm").secrets == old["credentials"]  # type: ignore[union-attr]


def test_new_secrets_are_encrypted_rotated_and_never_shown(live: Stage, settings: Any):
    set_account(live, "adm", {"credentials": {"clientId": "id", "clientSecret": "canary-old"}})
    set_account(live, "adm", {"credentials": {"clientId": "new id", "clientSecret": "canary-new"}})
    account: Any = account_of(live, "adm")
    shown = show_account(account)
    assert shown["newCredentials"] == {"credentials": {"clientId": "new id"}, "why": pending.PROVING}
    with connection.cursor() as cursor:
        cursor.execute("SELECT document FROM push_pendingcredentials")
        stored = cursor.fetchall()
    written = json.dumps([shown, *AuditEntry.objects.values_list("detail", flat=True)]) + repr(stored)
    assert "canary" not in written
    former = settings.CREDENTIAL_KEYS
    settings.CREDENTIAL_KEYS = ["w5hYhJdXJXkQ9CwKTxXv6wmeRAvOxhJE5vbDQEFUKTo=", *former]
    rotate_credentials()
    settings.CREDENTIAL_KEYS = settings.CREDENTIAL_KEYS[:1]
    candidate: Any = candidate_of(account)
    assert candidate.account.secrets["clientSecret"] == "canary-new"


async def test_new_credentials_that_nobody_can_read_are_said_and_the_old_ones_send_on(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
):
    await sending.account_of(live, "apns", apns.document())
    await sending.account_of(live, "apns", new_key(apns.document()))

    def spoil() -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE push_pendingcredentials SET document = 'of another key'")

    await database.run(spoil)
    await prove_all()
    assert "None of FLINT_CREDENTIAL_KEYS fits them." in await why(live)
    await push_once(sender, live, await device_of(live))
    assert recorder.reasons == ["pushed"]
    assert await rows(PushAttempt, "code") == [("sent",)]
