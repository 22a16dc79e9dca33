"""What a server counts while clients use it."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.live_server import LiveServer, unique
from tests.scraping import Numbers, scrape, scraped
from tests.server_fixtures import Connect
from tests.server_template import ServerTemplate
from tests.wire_client import WireClient, WireError
from tests.wire_games import GAME


def requests(name: str, outcome: str) -> str:
    return f'flint_requests_total{{outcome="{outcome}",request="{name}"}}'


def latency(step: str) -> str:
    return f'flint_delivery_latency_seconds_count{{step="{step}"}}'


def handshakes(outcome: str) -> str:
    return f'flint_handshakes_total{{outcome="{outcome}"}}'


@pytest.fixture(scope="module")
def server(server_template: ServerTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Nobody else's, so that nobody else is counted."""
    server = server_template.server(LiveServer, tmp_path_factory.mktemp("counted"))
    server.start()
    yield server
    server_template.end([server])


@pytest.fixture
async def before(server: LiveServer) -> Numbers:
    """With nobody connected."""
    return await scraped(server.port, lambda now: not sockets(now))


def sockets(now: Numbers) -> float:
    return sum(now.get(f'flint_sockets{{kind="{kind}"}}', 0.0) for kind in ("player", "server"))


async def test_requests_are_counted_by_class_and_outcome(
    server: LiveServer, connect: Connect, before: Numbers
) -> None:
    anna = await connect()
    await anna.register(unique("anna"))
    assert "error" not in await anna.request("AccountDetailsRequest")
    assert "error" in await anna.request("GetMessageRequest", messageId="nobody's")
    assert "error" in await anna.request("NoSuchThingRequest")
    after = await asyncio.to_thread(scrape, server.port)
    expected = {
        requests("AccountDetailsRequest", "ok"): 1,
        requests("GetMessageRequest", "error"): 1,
        requests("unknown", "error"): 1,
        'flint_request_duration_seconds_count{request="AccountDetailsRequest"}': 1,
    }
    assert {sample: after.since(before, sample) for sample in expected} == expected
    assert not [sample for sample in after if "NoSuchThing" in sample]


async def test_messages_are_timed_until_written_and_until_confirmed(
    server: LiveServer, connect: Connect, before: Numbers
) -> None:
    anna = await connect()
    await anna.register(unique("anna"))
    sent = await server.rest("SendMessageRequest", playerIds=[anna.user_id], extCode="DAILY_GIFT")
    assert "error" not in sent
    after = await scraped(server.port, lambda now: now.since(before, latency("confirmed")) >= 1)
    assert after.since(before, latency("written")) == 1
    assert after.since(before, latency("confirmed")) == 1
    assert after.since(before, 'flint_batch_keys_count{batcher="read_pages"}') >= 1


async def test_messages_that_waited_for_their_player_are_not_timed(
    server: LiveServer, connect: Connect, before: Numbers
) -> None:
    anna = await connect()
    name = unique("anna")
    await anna.register(name)
    await anna.close()
    assert "error" not in await server.rest(
        "SendMessageRequest", playerIds=[anna.user_id], extCode="DAILY_GIFT"
    )
    back = await connect()
    await back.log_in(name)
    await back.messages_until(lambda frame: frame.get("extCode") == "DAILY_GIFT")
    await server.before_marker(back)
    after = await scraped(server.port, lambda now: now.since(before, latency("confirmed")) >= 1)
    assert after.since(before, latency("confirmed")) == 1  # the marker


async def test_sockets_and_handshakes_are_counted(
    server: LiveServer, connect: Connect, before: Numbers
) -> None:
    players = [await connect(), await connect()]
    listener = await connect(credential="server")
    await players[0].register(unique("anna"))
    with pytest.raises(WireError):
        await WireClient.connect(server.url(), "not the secret")
    async with await WireClient.open(server.url()) as left:
        await left.close()
    after = await scraped(server.port, lambda now: now["flint_sockets_logged_in"] == 1)
    assert after.since(before, 'flint_sockets{kind="player"}') == 2
    assert after.since(before, 'flint_sockets{kind="server"}') == 1
    assert after.since(before, handshakes("accepted")) == 3
    assert after.since(before, handshakes("wrong_secret")) == 1
    for client in (*players, listener):
        await client.close()
    after = await scraped(server.port, lambda now: now.since(before, 'flint_sockets{kind="player"}') == 0)
    assert after.since(before, 'flint_sockets{kind="server"}') == 0
    assert after.since(before, handshakes("left")) == 1


async def test_rest_calls_are_requests_too(server: LiveServer, before: Numbers) -> None:
    answer = await server.rest("SendMessageRequest", playerIds=["nobody"], extCode="DAILY_GIFT")
    assert "error" in answer
    after = await asyncio.to_thread(scrape, server.port)
    assert after.since(before, requests("SendMessageRequest", "error")) == 1
    assert GAME.secrets["server"] not in str(after)
