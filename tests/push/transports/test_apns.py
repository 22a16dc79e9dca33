import asyncio
import json
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from h2.errors import ErrorCodes

from push.sim.accounts import KEY_ID, TEAM_ID, TOPIC
from push.transports.apns import ApnsTransport
from push.transports.base import Notification, Prune, Sent
from tests.push.keys import p8_key, pem
from tests.push.recorder import IOS_TOKEN, unsaved_account
from tests.push.simulated import ApnsServer
from tests.push.transports.trying import fails, opened

ALERT = {"aps": {"alert": {"title": "Your turn", "body": "Bo rolled a six 🎲"}}, "messageId": "m1"}


def token(number: int) -> str:
    return f"a1{number:062x}"


def note(device: str = IOS_TOKEN, payload: dict[str, object] | None = None, ttl: int = 3600) -> Notification:
    return Notification(device, "ios", payload or ALERT, ttl, "62f0c1d2e3f4a5b6c7d8e9f0")


@pytest_asyncio.fixture
async def transport(apns: ApnsServer) -> AsyncIterator[ApnsTransport]:
    async with opened(ApnsTransport, apns) as transport:
        yield transport


async def test_push_carries_what_apple_asks_for(apns: ApnsServer, transport: ApnsTransport):
    before = int(time.time())
    sent = await transport.send(note(), 5)
    [push] = apns.pushes
    assert push.payload == ALERT
    assert push.token == IOS_TOKEN
    headers = dict(push.headers)
    assert 3600 <= int(headers.pop("apns-expiration")) - before <= 3602
    assert sent == Sent(reference=headers.pop("apns-id"))
    assert headers.pop("authorization").startswith("bearer ")
    assert headers == {
        ":method": "POST",
        ":scheme": "https",
        ":path": f"/3/device/{IOS_TOKEN}",
        ":authority": apns.document()["endpoint"].removeprefix("https://"),
        "apns-topic": TOPIC,
        "apns-push-type": "alert",
        "apns-priority": "10",
        "apns-collapse-id": "62f0c1d2e3f4a5b6c7d8e9f0",
    }


async def test_silent_push_is_background_with_low_priority(apns: ApnsServer, transport: ApnsTransport):
    await transport.send(note(payload={"aps": {"content-available": 1}}), 5)
    headers = apns.pushes[0].headers
    assert (headers["apns-push-type"], headers["apns-priority"]) == ("background", "5")


async def test_no_time_to_live_is_not_kept_by_apple(apns: ApnsServer, transport: ApnsTransport):
    await transport.send(note(ttl=0), 5)
    assert apns.pushes[0].headers["apns-expiration"] == "0"


async def test_many_pushes_share_one_connection_and_one_provider_token(
    apns: ApnsServer, transport: ApnsTransport
):
    await asyncio.gather(*[transport.send(note(token(number)), 5) for number in range(60)])
    assert sorted(apns.tokens) == [token(number) for number in range(60)]
    assert (apns.connected, len(apns.bearers)) == (1, 1)


async def test_only_as_many_streams_as_the_server_allows(transport: ApnsTransport, apns: ApnsServer):
    limit = apns.fault("stream_limit", streams=3)
    apns.fault("delay", seconds=0.02)
    await asyncio.gather(*[transport.send(note(token(number)), 5) for number in range(20)])
    assert len(apns.pushes) == 20
    assert (apns.simulator.apns.most_streams, limit.fired) == (3, 1)


async def test_more_bytes_than_the_window_lose_nothing(apns: ApnsServer, transport: ApnsTransport):
    payload = {"aps": {"alert": "x" * 4000}}
    await asyncio.gather(*[transport.send(note(token(number), payload), 5) for number in range(80)])
    assert len(apns.pushes) == 80


async def test_window_of_a_few_bytes_takes_a_push_in_pieces(apns: ApnsServer, transport: ApnsTransport):
    window = apns.fault("window", window=7)
    await asyncio.gather(*[transport.send(note(token(number)), 5) for number in range(5)])
    assert [push.payload for push in apns.pushes] == [ALERT] * 5
    assert (window.fired, apns.connected) == (1, 1)


async def test_connection_that_never_says_a_word_is_not_asked_again(
    apns: ApnsServer, transport: ApnsTransport
):
    apns.fault("black_hole", on="connect", times=1)
    assert (await fails(transport, note(), 0.3)).code == "timeout"
    await transport.send(note(), 5)
    assert apns.connected == 2


@pytest.mark.parametrize(
    ("code", "permanent", "prune", "account_fault"),
    [
        ("BadDeviceToken", True, Prune.DEAD_IF_PROVEN, False),
        ("DeviceTokenNotForTopic", True, Prune.DEAD_IF_PROVEN, False),
        ("Unregistered", True, Prune.DEAD, False),
        ("ExpiredToken", True, Prune.DEAD, False),
        ("PayloadTooLarge", True, Prune.KEEP, False),
        ("InvalidProviderToken", True, Prune.KEEP, True),
        ("TooManyRequests", False, Prune.KEEP, False),
        ("TooManyProviderTokenUpdates", False, Prune.KEEP, True),
        ("InternalServerError", False, Prune.KEEP, True),
        ("ServiceUnavailable", False, Prune.KEEP, True),
        ("SomethingNew", True, Prune.KEEP, False),
    ],
)
async def test_answer_means(
    apns: ApnsServer,
    transport: ApnsTransport,
    code: str,
    permanent: bool,
    prune: Prune,
    account_fault: bool,
):
    apns.refuses(IOS_TOKEN, code)
    error = await fails(transport, note())
    assert (error.code, error.permanent, error.prune, error.account, error.gone_ms) == (
        code,
        permanent,
        prune,
        account_fault,
        None,
    )
    assert error.detail


async def test_time_of_an_unregistered_token_is_passed_on(apns: ApnsServer, transport: ApnsTransport):
    apns.refuses(IOS_TOKEN, "Unregistered", timestamp_ms=1_700_000_000_000)
    assert (await fails(transport, note())).gone_ms == 1_700_000_000_000


async def test_wrong_key_is_said_in_plain_words(apns: ApnsServer):
    document = apns.document()
    document["credentials"]["p8"] = pem(p8_key("somebody else's"))
    async with opened(ApnsTransport, apns, document) as transport:
        error = await fails(transport, note())
    assert error.code == "InvalidProviderToken"
    assert error.detail == (
        "Apple does not accept the account's key. Check the account's key, key id and team id."
    )


async def test_answer_is_found_though_the_server_does_not_echo_the_id(
    apns: ApnsServer, transport: ApnsTransport
):
    apns.simulator.apns.echoes_id = False
    await transport.send(note(), 5)
    assert len(apns.pushes) == 1


async def test_expired_provider_token_is_signed_again_once(
    apns: ApnsServer, transport: ApnsTransport, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("push.transports.apns_pool.SHORTEST_TOKEN_LIFE", 0)
    await transport.send(note(), 5)
    apns.simulator.world.revoked |= apns.bearers
    await asyncio.gather(*[transport.send(note(token(number)), 5) for number in range(10)])
    assert (len(apns.bearers), len(apns.delivered)) == (2, 11)


async def test_stalled_push_times_out_and_its_neighbours_are_sent_once(
    apns: ApnsServer, transport: ApnsTransport
):
    apns.fault("black_hole", token(0))
    stalled = asyncio.create_task(fails(transport, note(token(0)), 0.2))
    await apns.until(lambda: token(0) in apns.tokens)
    await asyncio.gather(*[transport.send(note(token(number)), 5) for number in range(1, 20)])
    error = await stalled
    assert (error.code, error.permanent) == ("timeout", False)
    # Its late answer, and what follows on the same connection, harm nobody.
    apns.release()
    await transport.send(note(token(20)), 5)
    assert sorted(apns.tokens) == [token(number) for number in range(21)]
    assert apns.connected == 1


async def test_silent_connection_is_left_after_a_timeout(apns: ApnsServer, transport: ApnsTransport):
    apns.fault("black_hole", token(0))
    await transport.send(note(token(1)), 5)
    await fails(transport, note(token(0)), 0.2)
    await transport.send(note(token(2)), 5)
    assert apns.connected == 2


async def test_server_that_says_nothing_times_out(apns: ApnsServer, transport: ApnsTransport):
    apns.fault("black_hole", on="connect")
    assert (await fails(transport, note(), 0.3)).code == "timeout"


async def test_reset_stream_ends_one_push_only(apns: ApnsServer, transport: ApnsTransport):
    apns.fault("rst_stream", token(0), code=str(ErrorCodes.INTERNAL_ERROR.value))
    error, *_ = await asyncio.gather(
        fails(transport, note(token(0))), *[transport.send(note(token(number)), 5) for number in range(1, 10)]
    )
    assert (error.code, error.permanent) == ("connection_lost", False)
    assert (len(apns.pushes), apns.connected) == (10, 1)


async def test_goaway_resends_only_what_was_not_taken(apns: ApnsServer, transport: ApnsTransport):
    """Streams at or below the last id are still answered, on the old connection."""
    await transport.send(note(token(9)), 5)  # from now on the server takes more than one stream
    apns.fault("goaway", times=1, hold=6, keep=4, seconds=0.2)
    await asyncio.gather(*[transport.send(note(token(number)), 5) for number in range(6)])
    assert sorted(each["token"] for each in apns.delivered) == sorted([*map(token, range(6)), token(9)])
    assert len(apns.pushes) == 9  # two were sent again
    assert apns.connected == 2
    await apns.until(lambda: apns.connections == 1)


async def test_dropped_connection_fails_what_is_in_flight_and_the_next_push_connects_again(
    apns: ApnsServer, transport: ApnsTransport
):
    apns.fault("reset_before", token(0))
    error = await fails(transport, note(token(0)))
    assert (error.code, error.permanent) == ("connection_lost", False)
    await transport.send(note(token(1)), 5)
    assert apns.connected == 2


async def test_unreachable_server_is_said(apns: ApnsServer):
    document = apns.document()
    async with opened(ApnsTransport, apns, document | {"endpoint": "https://127.0.0.1:9"}) as transport:
        error = await fails(transport, note())
    assert (error.code, error.permanent, error.account) == ("unreachable", False, True)


async def test_certificate_that_is_not_trusted_is_said(apns: ApnsServer):
    async with opened(ApnsTransport, apns, apns.document() | {"caBundle": ""}) as transport:
        error = await fails(transport, note())
    assert (error.code, error.account) == ("tls", True)
    assert apns.pushes == []


@pytest.mark.parametrize("wrong", ["not hex", "../../x", "", "ab cd" * 10])
async def test_what_is_no_token_never_reaches_apple(apns: ApnsServer, transport: ApnsTransport, wrong: str):
    error = await fails(transport, note(wrong))
    assert (error.code, error.permanent, error.prune) == ("BadDeviceToken", True, Prune.DEAD)
    assert apns.connected == 0


async def test_large_payload_is_refused_unsent(apns: ApnsServer, transport: ApnsTransport):
    error = await fails(transport, note(payload={"aps": {"alert": "x" * 4097}}))
    assert (error.code, error.permanent) == ("PayloadTooLarge", True)
    assert error.detail == "The payload is 4117 bytes, 4096 are allowed."
    assert apns.pushes == []


async def test_verify_says_that_the_account_is_good_without_a_device(
    apns: ApnsServer, transport: ApnsTransport
):
    apns.refuses("", "BadDeviceToken")
    [step] = await transport.verify()
    assert (step.ok, step.sentence) == (True, "APNs takes the account's key and topic.")
    assert apns.tokens == ["0" * 64]


async def test_verify_says_what_is_wrong(apns: ApnsServer):
    document = apns.document()
    document["credentials"]["topic"] = "com.example.other"
    async with opened(ApnsTransport, apns, document) as transport:
        [step] = await transport.verify()
    assert (step.ok, step.sentence) == (
        False,
        "TopicDisallowed: The key may not push to the account's topic.",
    )


async def test_no_secret_in_any_repr(apns: ApnsServer, transport: ApnsTransport):
    await transport.send(note(), 5)
    account = unsaved_account("apns", apns.document())
    secrets = account.secrets
    shown = repr([transport, vars(transport), transport._pool, vars(transport._pool), note(), account])
    assert secrets["p8"] not in shown
    assert json.dumps(secrets["p8"]) not in shown
    assert IOS_TOKEN not in shown
    assert (secrets["keyId"], secrets["teamId"]) == (KEY_ID, TEAM_ID)
