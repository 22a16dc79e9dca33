import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from push.sim.accounts import PROJECT
from push.transports.base import Notification, Prune, Sent
from push.transports.fcm import FcmTransport
from tests.push.simulated import FcmServer
from tests.push.transports.trying import fails, opened

PAYLOAD = {
    "notification": {"title": "Your turn", "body": "Bo rolled a six 🎲"},
    "data": {"messageId": "m1", "score": 12, "nested": {"a": [1, True]}, "none": None},
}


def note(token: str = "device", payload: dict[str, object] | None = None, ttl: int = 3600) -> Notification:
    return Notification(token, "android", payload or PAYLOAD, ttl, "62f0c1d2e3f4a5b6c7d8e9f0")


@pytest_asyncio.fixture
async def transport(fcm: FcmServer) -> AsyncIterator[FcmTransport]:
    async with opened(FcmTransport, fcm) as transport:
        yield transport


async def test_message_is_what_fcm_asks_for(fcm: FcmServer, transport: FcmTransport):
    assert await transport.send(note(), 5) == Sent(reference=f"projects/{PROJECT}/messages/1")
    assert fcm.messages == [
        {
            "token": "device",
            "notification": {"title": "Your turn", "body": "Bo rolled a six 🎲"},
            "data": {"messageId": "m1", "score": "12", "nested": '{"a": [1, true]}'},
            "android": {
                "priority": "high",
                "ttl": "3600s",
                "collapse_key": "62f0c1d2e3f4a5b6c7d8e9f0",
            },
        }
    ]


async def test_template_may_say_more_but_never_to_whom(fcm: FcmServer, transport: FcmTransport):
    payload = {
        "token": "somebody else",
        "topic": "everyone",
        "condition": "'a' in topics",
        "data": {"k": "v"},
        "android": {"priority": "normal", "ttl": "9s", "notification": {"sound": "dice"}},
        "fcm_options": {"analytics_label": "turn"},
    }
    await transport.send(note(payload=payload, ttl=10_000_000), 5)
    assert fcm.messages == [
        {
            "token": "device",
            "data": {"k": "v"},
            "android": {
                "priority": "normal",
                "ttl": "2419200s",
                "collapse_key": "62f0c1d2e3f4a5b6c7d8e9f0",
                "notification": {"sound": "dice"},
            },
            "fcm_options": {"analytics_label": "turn"},
        }
    ]


async def test_many_pushes_share_one_access_token(fcm: FcmServer, transport: FcmTransport):
    await asyncio.gather(*[transport.send(note(f"device-{number}"), 5) for number in range(60)])
    assert (len(fcm.messages), fcm.token_requests) == (60, 1)


async def test_invalid_access_token_is_fetched_again_once(
    fcm: FcmServer, transport: FcmTransport, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("push.transports.oauth.SHORTEST_LIFE", 0)
    await transport.send(note(), 5)
    fcm.simulator.fcm.bearers.forget()
    await asyncio.gather(*[transport.send(note(f"device-{number}"), 5) for number in range(10)])
    assert (len(fcm.messages), fcm.token_requests) == (11, 2)


async def test_deleted_key_is_said_in_plain_words(fcm: FcmServer):
    async with opened(FcmTransport, fcm, fcm.document(key_name="another project's")) as transport:
        error = await fails(transport, note())
    assert (error.code, error.permanent, error.account) == ("invalid_grant", True, True)
    assert error.detail == (
        "Google refuses the service account. Its key may be deleted, or this machine's clock wrong."
    )
    assert fcm.messages == []


async def test_token_endpoint_out_of_order_is_tried_again_later(fcm: FcmServer, transport: FcmTransport):
    fcm.fault("unavailable", on="token")
    error = await fails(transport, note())
    assert (error.code, error.permanent, error.account) == ("temporarily_unavailable", False, True)


@pytest.mark.parametrize(
    ("code", "permanent", "prune", "account_fault"),
    [
        ("UNREGISTERED", True, Prune.DEAD, False),
        ("SENDER_ID_MISMATCH", True, Prune.DEAD_IF_PROVEN, False),
        ("INVALID_ARGUMENT", True, Prune.KEEP, False),
        ("THIRD_PARTY_AUTH_ERROR", True, Prune.KEEP, True),
        ("QUOTA_EXCEEDED", False, Prune.KEEP, True),
        ("UNAVAILABLE", False, Prune.KEEP, True),
        ("INTERNAL", False, Prune.KEEP, True),
    ],
)
async def test_answer_means(
    fcm: FcmServer,
    transport: FcmTransport,
    code: str,
    permanent: bool,
    prune: Prune,
    account_fault: bool,
):
    fcm.refuses("device", code)
    error = await fails(transport, note())
    assert (error.code, error.permanent, error.prune, error.account) == (
        code,
        permanent,
        prune,
        account_fault,
    )
    assert error.detail
    assert len(fcm.messages) == 1  # whatever the answer, this layer never sends again


@pytest.mark.parametrize(
    ("code", "account_fault"),
    [("PERMISSION_DENIED", True), ("NOT_FOUND", True), ("FAILED_PRECONDITION", False)],
)
async def test_status_alone_never_condemns_a_token(
    fcm: FcmServer, transport: FcmTransport, code: str, account_fault: bool
):
    fcm.refuses("device", code)
    error = await fails(transport, note())
    assert (error.permanent, error.prune, error.account) == (True, Prune.KEEP, account_fault)


async def test_invalid_argument_that_names_the_token_condemns_it(fcm: FcmServer, transport: FcmTransport):
    assert (await fails(transport, note("not a token"))).prune is Prune.DEAD


async def test_retry_after_in_seconds_is_passed_on(fcm: FcmServer, transport: FcmTransport):
    fcm.fault("too_many", "device", seconds=17)
    assert (await fails(transport, note())).retry_after == 17


async def test_retry_after_as_a_date_is_passed_on(fcm: FcmServer, transport: FcmTransport):
    fcm.fault("unavailable", "device", seconds=40, form="date")
    waited = (await fails(transport, note())).retry_after
    assert waited is not None
    assert 35 <= waited <= 40


async def test_without_retry_after_a_used_up_quota_waits_a_minute(fcm: FcmServer, transport: FcmTransport):
    fcm.refuses("device", "QUOTA_EXCEEDED")
    error = await fails(transport, note())
    assert (error.retry_after, error.first_wait) == (None, 60)


async def test_stalled_push_times_out_alone(fcm: FcmServer, transport: FcmTransport):
    fcm.fault("black_hole", "stalled")
    stalled = asyncio.create_task(fails(transport, note("stalled"), 0.3))
    await asyncio.gather(*[transport.send(note(f"device-{number}"), 5) for number in range(10)])
    error = await stalled
    assert (error.code, error.permanent) == ("timeout", False)
    assert len(fcm.messages) == 11


async def test_stalled_token_endpoint_harms_no_later_push(fcm: FcmServer, transport: FcmTransport):
    """The fetch goes on when the first caller's deadline is over."""
    assert (await fails(transport, note(), 0)).code == "timeout"
    await transport.send(note(), 5)
    assert fcm.token_requests == 1


async def test_large_payload_is_refused_unsent(fcm: FcmServer, transport: FcmTransport):
    error = await fails(transport, note(payload={"data": {"k": "x" * 4096}}))
    assert (error.code, error.permanent) == ("PayloadTooLarge", True)
    assert fcm.messages == []


@pytest.mark.parametrize("part", ["apns", "webpush", "fcm_options"])
async def test_payload_that_pyfcm_refuses_is_a_plain_error(
    fcm: FcmServer, transport: FcmTransport, part: str
):
    error = await fails(transport, note(payload={"data": {"k": "v"}, part: "not an object"}))
    assert (error.code, error.permanent) == ("INVALID_ARGUMENT", True)
    assert fcm.messages == []


async def test_unreachable_server_is_said(fcm: FcmServer):
    document = fcm.document(endpoint="https://127.0.0.1:9")
    async with opened(FcmTransport, fcm, document) as transport:
        error = await fails(transport, note())
    assert (error.code, error.permanent, error.account) == ("unreachable", False, True)


async def test_certificate_that_is_not_trusted_is_said(fcm: FcmServer):
    async with opened(FcmTransport, fcm, fcm.document(caBundle="")) as transport:
        error = await fails(transport, note())
    assert (error.code, error.account) == ("oauth_tls", True)
    assert fcm.token_requests == 0


async def test_verify_proves_the_account_step_by_step(fcm: FcmServer, transport: FcmTransport):
    fcm.refuses("flint-verify", "INVALID_ARGUMENT")
    steps = await transport.verify()
    assert [(step.name, step.ok) for step in steps] == [("access token", True), ("project", True)]


async def test_verify_says_what_is_wrong(fcm: FcmServer, transport: FcmTransport):
    fcm.refuses("flint-verify", "PERMISSION_DENIED")
    steps = await transport.verify()
    assert [(step.name, step.ok) for step in steps] == [("access token", True), ("project", False)]
    assert "FCM API is switched off" in steps[1].sentence


async def test_no_secret_in_any_repr(fcm: FcmServer, transport: FcmTransport):
    await transport.send(note(), 5)
    key = fcm.document()["credentials"]["serviceAccount"]["private_key"]
    shown = repr([transport, vars(transport), transport._token])
    assert json.dumps(key)[1:-1] not in shown
    assert not any(token in shown for token in fcm.bearers)
