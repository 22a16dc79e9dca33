import logging
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from games.models import AuditEntry, Stage
from push.models import OutboxPush, ProviderAccount, PushAttempt
from push.sender import Sender
from realtime import database
from tests.push.keys import p8_key, pem
from tests.push.recorder import IOS_TOKEN, Recorder, push_to
from tests.push.sending import account_of, device_of, queue, send_all
from tests.push.simulated import ApnsServer, FcmServer

pytestmark = pytest.mark.django_db(transaction=True)


async def test_no_secret_in_logs_attempts_or_audit(
    sender: Sender,
    live: Stage,
    recorder: Recorder,
    apns: ApnsServer,
    fcm: FcmServer,
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level(logging.DEBUG)
    apns.refuses(IOS_TOKEN, "InternalServerError")
    fcm.refuses("t", "PERMISSION_DENIED")
    await account_of(live, "apns", apns.document())
    await account_of(live, "fcm", fcm.document())
    ios, android = await device_of(live), await device_of(live, "android", "t")
    await queue(live, [push_to(ios), push_to(android)])
    await send_all(sender)
    written = caplog.text + await database.run(_written)
    stored = await database.run(lambda: [repr(vars(row)) for row in ProviderAccount.objects.all()])
    secrets = [
        pem(p8_key()).splitlines()[1],
        fcm.document()["credentials"]["serviceAccount"]["private_key"].splitlines()[1],
        *fcm.bearers,
        *apns.bearers,
    ]
    assert len(stored) == 2
    assert [secret for secret in secrets if secret in written] == []
    assert IOS_TOKEN not in caplog.text
    raw = await sync_to_async(_raw_credentials)()
    assert [secret for secret in secrets if secret in raw] == []


def _written() -> str:
    models: list[Any] = [PushAttempt, AuditEntry, OutboxPush]
    return repr([list(model.objects.values()) for model in models])


def _raw_credentials() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM push_provideraccount")
        return repr(cursor.fetchall())


async def test_unreadable_credentials_are_said(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer, settings: Any
):
    await account_of(live, "apns", apns.document())
    await queue(live, [push_to(await device_of(live))])
    settings.CREDENTIAL_KEYS = ["w5hYhJdXJXkQ9CwKTxXv6wmeRAvOxhJE5vbDQEFUKTo="]
    await send_all(sender)
    assert recorder.reasons == ["push_failed:credentials_unreadable"]


async def test_endpoint_that_is_not_allowed_any_more_is_not_called(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer, settings: Any
):
    await account_of(live, "apns", apns.document())
    await queue(live, [push_to(await device_of(live))])
    settings.FLINT_PUSH_HOSTS = []
    await send_all(sender)
    assert (recorder.reasons, apns.connected) == (["push_failed:invalid_account"], 0)
