import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from push.transports.base import Notification, Prune
from push.transports.wns import WnsTransport
from tests.push.simulated import Simulated
from tests.push.transports.trying import fails, opened

CHANNEL = "https://db3.notify.windows.com/?token=AgYAAAB"
PAYLOAD = {
    "title": "Your turn",
    "body": "Bo & <Ana> rolled\x0b a six 🎲",
    "messageId": "m1",
    "class": "FriendMessage",
}


def note(token: str = CHANNEL, payload: dict[str, object] | None = None, ttl: int = 3600) -> Notification:
    return Notification(token, "w8", payload or PAYLOAD, ttl, "62f0c1d2e3f4a5b6c7d8e9f0")


@pytest_asyncio.fixture
async def transport(wns: Simulated) -> AsyncIterator[WnsTransport]:
    async with opened(WnsTransport, wns) as transport:
        yield transport


async def test_texts_become_a_toast(wns: Simulated, transport: WnsTransport):
    await transport.send(note(), 5)
    [delivered] = wns.delivered
    assert delivered["payload"] == {
        "kind": "toast",
        "attributes": {"launch": '{"messageId":"m1","class":"FriendMessage"}'},
        "texts": ["Your turn", "Bo & <Ana> rolled a six 🎲"],
    }
    assert (delivered["token"], delivered["collapseKey"], delivered["ttl"]) == (
        "AgYAAAB",
        "e3f4a5b6c7d8e9f0",
        3600,
    )


async def test_channel_is_called_as_it_is_written(wns: Simulated, transport: WnsTransport):
    await transport.send(note("https://db3.notify.windows.com/w/?token=Ag%2bYA%3d"), 5)
    assert wns.requests[0].asked.path == "/w/?token=Ag%2bYA%3d"


async def test_payload_without_texts_is_the_app_s_own(wns: Simulated, transport: WnsTransport):
    await transport.send(note(payload={"n": 1, "messageId": "m1"}), 5)
    [request] = wns.requests
    assert request.asked.headers["x-wns-type"] == "wns/raw"
    assert wns.delivered[0]["payload"] == {"n": 1, "messageId": "m1"}


async def test_no_time_to_live_is_not_cached(wns: Simulated, transport: WnsTransport):
    await transport.send(note(ttl=0), 5)
    headers = wns.requests[0].asked.headers
    assert (headers["x-wns-cache-policy"], "x-wns-ttl" in headers) == ("no-cache", False)


async def test_many_pushes_share_one_access_token(wns: Simulated, transport: WnsTransport):
    await asyncio.gather(*[transport.send(note(f"{CHANNEL}{number}"), 5) for number in range(30)])
    assert (len(wns.delivered), wns.token_requests) == (30, 1)


async def test_expired_access_token_is_fetched_again_once(
    wns: Simulated, transport: WnsTransport, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("push.transports.oauth.SHORTEST_LIFE", 0)
    wns.fault("expired_token", times=1)
    await transport.send(note(), 5)
    assert (len(wns.delivered), wns.token_requests, len(wns.requests)) == (1, 2, 2)


@pytest.mark.parametrize(
    "channel",
    [
        "token",
        "http://db3.notify.windows.com/?token=A",
        "https://example.org/?token=A",
        "https://notify.windows.com.example.org/?token=A",
        "https://10.0.0.1/?token=A",
    ],
)
async def test_what_is_no_channel_is_never_called(wns: Simulated, transport: WnsTransport, channel: str):
    error = await fails(transport, note(channel))
    assert (error.code, error.permanent, error.prune) == ("InvalidChannel", True, Prune.DEAD)
    assert (wns.requests, wns.token_requests) == ([], 0)


@pytest.mark.parametrize(
    ("code", "said", "permanent", "prune", "account_fault"),
    [
        ("channel", "HTTP404", True, Prune.DEAD, False),
        ("gone", "HTTP410", True, Prune.DEAD, False),
        ("forbidden", "HTTP403", True, Prune.DEAD_IF_PROVEN, False),
        ("throttled", "HTTP406", False, Prune.KEEP, True),
        ("dropped", "dropped", True, Prune.KEEP, False),
        ("channelthrottled", "channelthrottled", False, Prune.KEEP, False),
    ],
)
async def test_answer_means(
    wns: Simulated,
    transport: WnsTransport,
    code: str,
    said: str,
    permanent: bool,
    prune: Prune,
    account_fault: bool,
):
    if code == "throttled":
        wns.fault("too_many", seconds=17)
    else:
        wns.refuses("AgYAAAB", code)
    error = await fails(transport, note())
    assert (error.code, error.permanent, error.prune, error.account) == (
        said,
        permanent,
        prune,
        account_fault,
    )
    assert error.retry_after == (17 if code == "throttled" else None)
    assert error.detail
    assert wns.delivered == []


async def test_the_provider_s_own_words_are_kept_for_operators(wns: Simulated, transport: WnsTransport):
    wns.refuses("AgYAAAB", "X-WNS-Type", status=400)
    error = await fails(transport, note())
    assert (error.code, error.words) == ("HTTP400", "X-WNS-Type: a fault on demand")


async def test_large_payload_is_measured_as_the_device_gets_it(wns: Simulated, transport: WnsTransport):
    """`&` takes five bytes in a toast."""
    error = await fails(transport, note(payload={"body": "&" * 1000}))
    assert (error.code, error.permanent) == ("PayloadTooLarge", True)
    assert wns.requests == []


async def test_verify_asks_for_a_token_alone(wns: Simulated, transport: WnsTransport):
    [step] = await transport.verify()
    assert (step.name, step.ok, wns.requests) == ("access token", True, [])


async def test_verify_says_what_is_wrong(wns: Simulated):
    document = wns.document(credentials={"clientId": "x", "clientSecret": "y"})
    async with opened(WnsTransport, wns, document) as transport:
        [step] = await transport.verify()
    assert (step.ok, step.sentence) == (
        False,
        "invalid_client: The provider does not take the client id or its secret.",
    )
