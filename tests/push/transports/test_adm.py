import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from push.sim.log import Request
from push.transports.adm import AdmTransport
from push.transports.base import Notification, Prune
from tests.push.simulated import Simulated
from tests.push.transports.trying import fails, opened

TOKEN = "amzn1.adm-registration.v3.Y29tLmFtYXpvbg"
PAYLOAD = {"data": {"title": "Your turn", "message": "Bo rolled a six 🎲", "messageId": "m1"}}


def note(token: str = TOKEN, payload: dict[str, object] | None = None, ttl: int = 3600) -> Notification:
    return Notification(token, "kindle", payload or PAYLOAD, ttl, "62f0c1d2e3f4a5b6c7d8e9f0")


@pytest_asyncio.fixture
async def transport(adm: Simulated) -> AsyncIterator[AdmTransport]:
    async with opened(AdmTransport, adm) as transport:
        yield transport


async def test_message_is_what_adm_asks_for(adm: Simulated, transport: AdmTransport):
    assert (await transport.send(note(), 5)).replacement == ""
    [delivered] = adm.delivered
    assert (delivered["token"], delivered["payload"]) == (TOKEN, PAYLOAD["data"])
    assert (delivered["collapseKey"], delivered["ttl"]) == ("62f0c1d2e3f4a5b6c7d8e9f0", 3600)


@pytest.mark.parametrize(("ttl", "sent"), [(0, 1), (10_000_000, 2_678_400)])
async def test_life_is_kept_within_adm_s_bounds(adm: Simulated, transport: AdmTransport, ttl: int, sent: int):
    await transport.send(note(ttl=ttl), 5)
    assert adm.delivered[0]["ttl"] == sent


async def test_many_pushes_share_one_access_token(adm: Simulated, transport: AdmTransport):
    await asyncio.gather(*[transport.send(note(f"{TOKEN}{number}"), 5) for number in range(30)])
    assert (len(adm.delivered), adm.token_requests) == (30, 1)


async def test_expired_access_token_is_fetched_again_once(
    adm: Simulated, transport: AdmTransport, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("push.transports.oauth.SHORTEST_LIFE", 0)
    adm.fault("expired_token", times=1)
    await transport.send(note(), 5)
    assert (len(adm.delivered), adm.token_requests, len(adm.requests)) == (1, 2, 2)


async def test_access_token_that_is_never_taken_is_the_account_s_fault(
    adm: Simulated, transport: AdmTransport
):
    adm.refuses("", "AccessTokenExpired")
    error = await fails(transport, note())
    assert (error.code, error.permanent, error.account) == ("AccessTokenExpired", True, True)
    assert len(adm.requests) == 2


async def test_canonical_id_is_passed_on(adm: Simulated, transport: AdmTransport):
    adm.fault("replace", replacement=f"{TOKEN}.new")
    assert (await transport.send(note(), 5)).replacement == f"{TOKEN}.new"


async def test_wrong_secret_is_said_in_plain_words(adm: Simulated):
    document = adm.document()
    document["credentials"]["clientSecret"] = "wrong"
    async with opened(AdmTransport, adm, document) as transport:
        error = await fails(transport, note())
    assert (error.code, error.permanent, error.account) == ("invalid_client", True, True)
    assert error.detail == "The provider does not take the client id or its secret."
    assert adm.requests == []


@pytest.mark.parametrize(
    ("code", "permanent", "prune", "account_fault"),
    [
        ("Unregistered", True, Prune.DEAD, False),
        ("InvalidRegistrationId", True, Prune.DEAD, False),
        ("InvalidData", True, Prune.KEEP, False),
        ("MessageTooLarge", True, Prune.KEEP, False),
        ("MaxRateExceeded", False, Prune.KEEP, True),
        ("SomethingNew", True, Prune.KEEP, False),
    ],
)
async def test_answer_means(
    adm: Simulated, transport: AdmTransport, code: str, permanent: bool, prune: Prune, account_fault: bool
):
    adm.refuses(TOKEN, code)
    error = await fails(transport, note())
    assert (error.code, error.permanent, error.prune, error.account) == (
        code,
        permanent,
        prune,
        account_fault,
    )
    assert error.detail
    assert len(adm.requests) == 1


@pytest.mark.parametrize(
    ("kind", "code"), [("server_error", "InternalServerError"), ("unavailable", "ServiceUnavailable")]
)
async def test_trouble_of_adm_passes(adm: Simulated, transport: AdmTransport, kind: str, code: str):
    adm.fault(kind, seconds=40, form="date")
    error = await fails(transport, note())
    assert (error.code, error.permanent, error.account) == (code, False, True)
    assert error.retry_after is not None
    assert 35 <= error.retry_after <= 40


async def test_answer_that_is_no_json_is_still_a_success(adm: Simulated, transport: AdmTransport):
    adm.fault("bad_json")
    assert (await transport.send(note(), 5)).replacement == ""


@pytest.mark.parametrize("payload", [{}, {"data": {"k": 1}}, {"data": "x"}])
async def test_payload_that_is_no_message_is_refused_unsent(
    adm: Simulated, transport: AdmTransport, payload: dict[str, object]
):
    error = await fails(transport, Notification(TOKEN, "kindle", payload, 60, "m1"))
    assert (error.code, error.permanent) == ("InvalidData", True)
    assert adm.requests == []


async def test_large_payload_is_refused_unsent(adm: Simulated, transport: AdmTransport):
    error = await fails(transport, note(payload={"data": {"k": "x" * 6144}}))
    assert (error.code, error.detail) == ("PayloadTooLarge", "The payload is 6152 bytes, 6144 are allowed.")
    assert adm.requests == []


async def test_token_cannot_leave_its_place_in_the_path(adm: Simulated, transport: AdmTransport):
    error = await fails(transport, note("../../auth/O2/token?x"))
    assert error.prune is Prune.DEAD
    request: Request = adm.requests[0]
    assert request.asked.path == "/messaging/registrations/..%2F..%2Fauth%2FO2%2Ftoken%3Fx/messages"


async def test_verify_proves_the_account_without_a_device(adm: Simulated, transport: AdmTransport):
    steps = await transport.verify()
    assert [(step.name, step.ok) for step in steps] == [("access token", True), ("messages", True)]
    assert adm.delivered == []


async def test_verify_says_what_is_wrong(adm: Simulated):
    document = adm.document(credentials={"clientId": "x", "clientSecret": "y"})
    async with opened(AdmTransport, adm, document) as transport:
        [step] = await transport.verify()
    assert (step.ok, step.sentence) == (
        False,
        "invalid_client: The provider does not take the client id or its secret.",
    )
