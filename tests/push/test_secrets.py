"""No secret of a provider account comes out anywhere: tests/push/secret_surfaces.py lists where."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.db import connection

from games.models import AuditEntry, Stage
from push.models import OutboxPush, ProviderAccount, PushAttempt
from push.sender import Sender
from push.sim.simulator import Simulator
from realtime import database
from tests.portal.ops_world import make_world
from tests.push.canaries import Canaries
from tests.push.keys import p8_key, pem
from tests.push.recorder import IOS_TOKEN, Recorder, push_to
from tests.push.secret_story import PROVIDERS, Story
from tests.push.secret_surfaces import SURFACES, leaks
from tests.push.sending import account_of, device_of, queue, send_all
from tests.push.simulated import ApnsServer, FcmServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest_asyncio.fixture
async def story(
    transactional_db: None,
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> AsyncIterator[Story]:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("push.trials.DEADLINE", 0.3)
    monkeypatch.setattr("push.transports.oauth.TIMEOUT", 1.0)
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "whitenoise" not in each]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    async with Simulator(log=tmp_path / "delivered.jsonl") as simulator:
        yield Story(await sync_to_async(make_world)("aurelia"), simulator, tmp_path, caplog)


async def test_no_canary_comes_out_anywhere(story: Story):
    await story.play()
    found = [each for surface in SURFACES for each in await sync_to_async(leaks)(surface, story)]
    assert found == []
    assert len(story.canaries.names) >= 3 * len(PROVIDERS)
    assert {push["service"] for push in story.simulator.delivered()} == PROVIDERS.keys()


def test_canary_is_found_in_whatever_form_it_is_written():
    canaries = Canaries()
    canaries.add("key", pem(p8_key()))
    canaries.add("secret", "a secret/of+signs")
    number = p8_key().private_numbers().private_value
    for text in (pem(p8_key()).replace("\n", "\\n"), f"d={number}", f"{number:064x}"):
        assert canaries.found(f"before {text} after") == ["key"]
    for text in (
        "a secret/of+signs",
        "a+secret%2Fof%2Bsigns",
        "a%20secret/of%2Bsigns",
        "YSBzZWNyZXQvb2Yrc2lnbnM=",
    ):
        assert canaries.found(f"before {text} after") == ["secret"]
    assert canaries.found("Bearer eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJURUFNIn0.x") == ["a signed token"]
    assert canaries.found("nothing of it") == []


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
