import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from push.sim.keys import pem
from push.transports.base import Notification, Prune, Sent
from push.transports.vapid import Vapid
from push.transports.web import WebTransport
from tests.push.keys import p8_key
from tests.push.simulated import Simulated
from tests.push.transports.trying import fails, opened

MOZILLA = "https://updates.push.services.mozilla.com"
PAYLOAD = {"title": "Your turn", "body": "Bo rolled a six 🎲", "messageId": "m1"}


def browser(web: Simulated, name: str = "ana", origin: str = MOZILLA) -> str:
    return json.dumps(web.simulator.subscription(name, origin))


def note(
    token: str, payload: dict[str, object] | None = None, ttl: int = 3600, key: str = "m1"
) -> Notification:
    return Notification(token, "web", payload or PAYLOAD, ttl, key)


@pytest_asyncio.fixture
async def transport(web: Simulated) -> AsyncIterator[WebTransport]:
    async with opened(WebTransport, web) as transport:
        yield transport


async def test_browser_reads_what_was_sent(web: Simulated, transport: WebTransport):
    sent = await transport.send(note(browser(web)), 5)
    assert sent == Sent(reference=f"{web.document()['endpoint']}/message/1")
    [delivered] = web.delivered
    assert (delivered["token"], delivered["payload"]) == ("ana", PAYLOAD)
    assert (delivered["collapseKey"], delivered["ttl"]) == ("m1", 3600)
    headers = web.requests[0].asked.headers
    assert (headers["urgency"], headers["content-encoding"]) == ("high", "aes128gcm")


async def test_largest_payload_fits(web: Simulated, transport: WebTransport):
    await transport.send(note(browser(web), {"k": "x" * (3993 - 8)}), 5)
    error = await fails(transport, note(browser(web), {"k": "x" * (3993 - 7)}))
    assert (error.code, error.detail) == ("PayloadTooLarge", "The payload is 3994 bytes, 3993 are allowed.")
    assert len(web.requests) == 1


async def test_endpoint_may_be_used_as_the_browser_gave_it(web: Simulated):
    """The operator allowed this machine; the token's audience is the origin that is spoken to."""
    document = web.document()
    direct = browser(web, origin=document.pop("endpoint"))
    async with opened(WebTransport, web, document | {"endpoint": ""}) as transport:
        await transport.send(note(direct), 5)
    assert len(web.delivered) == 1


async def test_one_vapid_token_serves_an_origin(web: Simulated, transport: WebTransport):
    await asyncio.gather(*[transport.send(note(browser(web, f"b{number}")), 5) for number in range(20)])
    assert (len(web.delivered), len(web.bearers)) == (20, 1)


async def test_vapid_token_that_expired_is_signed_again_once(
    web: Simulated, transport: WebTransport, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("push.transports.vapid.SHORTEST_LIFE", 0)
    web.fault("expired_token", times=1)
    await transport.send(note(browser(web)), 5)
    assert (len(web.delivered), len(web.requests)) == (1, 2)


async def test_long_collapse_key_becomes_a_topic_that_fits(web: Simulated, transport: WebTransport):
    for _ in range(2):
        await transport.send(note(browser(web), key="a key with spaces, and longer than 32 characters"), 5)
    first, second = web.delivered
    assert len(first["collapseKey"]) == 32
    assert first["collapseKey"] == second["collapseKey"]


@pytest.mark.parametrize(
    "endpoint", ["https://example.org/p", "https://10.0.0.1/p", "http://fcm.googleapis.com/p"]
)
async def test_endpoint_of_no_push_service_is_never_called(
    web: Simulated, transport: WebTransport, endpoint: str
):
    token = json.dumps(json.loads(browser(web)) | {"endpoint": endpoint})
    error = await fails(transport, note(token))
    assert (error.code, error.permanent, error.prune) == ("InvalidSubscription", True, Prune.DEAD)
    assert web.requests == []


async def test_token_that_is_no_subscription_is_dead(transport: WebTransport):
    assert (await fails(transport, note("{}"))).prune is Prune.DEAD


@pytest.mark.parametrize(
    ("code", "status", "permanent", "prune", "account_fault"),
    [
        ("subscription", 404, True, Prune.DEAD, False),
        ("gone", 410, True, Prune.DEAD, False),
        ("key", 403, True, Prune.DEAD_IF_PROVEN, False),
        ("vapid", 401, True, Prune.KEEP, True),
        ("size", 413, True, Prune.KEEP, False),
        ("Topic", 400, True, Prune.KEEP, False),
        ("server", 500, False, Prune.KEEP, False),
        ("unavailable", 503, False, Prune.KEEP, False),
    ],
)
async def test_answer_means(
    web: Simulated,
    transport: WebTransport,
    code: str,
    status: int,
    permanent: bool,
    prune: Prune,
    account_fault: bool,
):
    web.refuses("ana", code, status=status)
    error = await fails(transport, note(browser(web)))
    assert (error.code, error.permanent, error.prune, error.account) == (
        f"HTTP{status}",
        permanent,
        prune,
        account_fault,
    )
    assert error.detail


async def test_retry_after_is_passed_on(web: Simulated, transport: WebTransport):
    web.fault("too_many", seconds=40, form="date")
    error = await fails(transport, note(browser(web)))
    assert error.retry_after is not None
    assert (error.account, 35 <= error.retry_after <= 40) == (False, True)


async def test_service_in_trouble_is_left_alone_and_others_go_on(web: Simulated, settings: Any):
    """Ten pushes to one push service that fails, then one to another, whose answer is its own."""
    settings.FLINT_PUSH_HOSTS = ["127.0.0.1", "localhost"]
    failing = web.document()["endpoint"]
    other = failing.replace("127.0.0.1", "localhost")
    web.fault("server_error", times=5)
    async with opened(WebTransport, web, web.document(endpoint="")) as transport:
        browsers = [browser(web, f"b{number}", failing) for number in range(10)]
        codes = [(await fails(transport, note(token))).code for token in browsers]
        elsewhere = await fails(transport, note(browser(web, origin=other)))
    assert codes == ["HTTP500"] * 5 + ["service_paused"] * 5
    assert (elsewhere.code, len(web.requests)) == ("HTTP403", 6)


async def test_subscription_for_another_key_is_refused_by_the_service(web: Simulated):
    changed = web.document()["credentials"] | {"vapidPrivateKey": pem(p8_key("another"))}
    async with opened(WebTransport, web, web.document(credentials=changed)) as transport:
        error = await fails(transport, note(browser(web)))
    assert (error.code, error.prune) == ("HTTP403", Prune.DEAD_IF_PROVEN)


async def test_redirect_is_not_followed(web: Simulated, transport: WebTransport):
    web.refuses("ana", "moved", status=307)
    error = await fails(transport, note(browser(web)))
    assert (error.code, error.permanent) == ("HTTP307", True)
    assert len(web.requests) == 1


async def test_name_of_a_private_address_is_not_connected_to(
    web: Simulated, transport: WebTransport, monkeypatch: pytest.MonkeyPatch, settings: Any
):
    """As a push service's name would be that somebody points at this network."""
    settings.FLINT_PUSH_HOSTS = []

    async def getaddrinfo(host: str, port: int, **options: Any) -> list[Any]:
        return [(2, 1, 6, "", ("127.0.0.1", port)), (2, 1, 6, "", ("10.1.2.3", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    async with opened(WebTransport, web, web.document(endpoint="")) as local:
        error = await fails(local, note(browser(web)))
    assert (error.code, error.permanent) == ("private_address", True)
    assert error.detail == "updates.push.services.mozilla.com is not on the public internet."
    assert web.requests == []


async def test_verify_signs(transport: WebTransport):
    [step] = await transport.verify()
    assert (step.name, step.ok) == ("VAPID key", True)


def test_vapid_header_is_kept_for_half_its_life(monkeypatch: pytest.MonkeyPatch):
    clock = [1000.0]
    monkeypatch.setattr("push.transports.vapid.time.monotonic", lambda: clock[0])
    vapid = Vapid(pem(p8_key()), "mailto:a@example.org")
    first = vapid.header(MOZILLA)
    assert vapid.header(MOZILLA) == vapid.header(MOZILLA, refused=first) == first
    clock[0] += 61
    again = vapid.header(MOZILLA, refused=first)
    assert again != first
    clock[0] += 6 * 3600
    assert vapid.header(MOZILLA) != again
