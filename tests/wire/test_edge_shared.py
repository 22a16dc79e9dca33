"""Two server processes with a database each and one Redis: what a client uses at one, the other counts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from protocol.ids import new_id
from tests.live_server import unique
from tests.redis_server import RedisServer
from tests.server_template import ServerTemplate
from tests.wire.conftest import NewDriven
from tests.wire.driven import DrivenServer
from tests.wire_client import Frame, WireClient
from tests.wire_games import GAME

Open = Callable[..., Awaitable[WireClient]]
Pair = tuple[DrivenServer, DrivenServer]


@pytest.fixture
def address() -> str:
    """That no other test comes from: what Redis counted stays there."""
    return f"2001:db8:{new_id()[-4:]}:{new_id()[-4:]}::1"


@pytest.fixture(scope="module")
def pair(
    server_template: ServerTemplate, tmp_path_factory: pytest.TempPathFactory, redis_url: str
) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    env = {
        "REDIS_URL": redis_url,
        "FLINT_TRUSTED_HOPS": "1",
        "FLINT_LIMIT_HANDSHAKES_BURST": "20",
        "FLINT_LIMIT_HANDSHAKES_PER_SECOND": "0.01",
        "FLINT_LIMIT_ADDRESS_REQUESTS_BURST": "30",
        "FLINT_LIMIT_ADDRESS_REQUESTS_PER_SECOND": "0.01",
        "FLINT_LIMIT_LOGINS_BURST": "10",
        "FLINT_LIMIT_LOGINS_PER_SECOND": "0.01",
    }
    one, other = (server_template.server(DrivenServer, folder / name, env) for name in ("one", "other"))
    try:
        one.start()
        other.start()
        yield one, other
    finally:
        server_template.end([one, other])


@pytest.fixture
async def opened(address: str) -> AsyncIterator[Open]:
    """Opens sockets that come from the address and are closed when the test ends."""
    clients: list[WireClient] = []

    async def open_client(server: DrivenServer, handshake: bool = True) -> WireClient:
        headers = {"X-Forwarded-For": address}
        clients.append(await WireClient.open(server.url(), additional_headers=headers))
        if handshake:
            await clients[-1].handshake(GAME.secrets["device"])
        return clients[-1]

    yield open_client
    for client in clients:
        await client.close()


def throttled(answer: Frame) -> bool:
    return answer.get("error") == {"request": "THROTTLED"}


async def test_handshakes_of_an_address_are_counted_by_both(pair: Pair, opened: Open) -> None:
    """20 of them, a chunk of two that the other may admit before it asks, and what comes until it knows."""
    seen = []
    for number in range(40):
        client = await opened(pair[number % 2], handshake=False)
        seen.append(throttled(await client.next_response()))
    assert 20 <= seen.count(False) <= 30
    assert seen[-4:] == [True] * 4


async def test_requests_of_an_address_are_counted_by_both(pair: Pair, opened: Open) -> None:
    clients = [await opened(server) for server in pair for _ in range(2)]
    seen = [throttled(await clients[n % 4].request("EndSessionRequest")) for n in range(60)]
    assert 30 <= seen.count(False) <= 45
    assert seen[-4:] == [True] * 4


async def test_log_ins_are_counted_by_both(pair: Pair, opened: Open) -> None:
    clients = [await opened(server) for server in pair]
    seen = [throttled(await clients[n % 2].device_log_in(unique("device"))) for n in range(20)]
    assert 10 <= seen.count(False) <= 15
    assert seen[-4:] == [True] * 4


async def test_process_whose_redis_went_away_goes_on_alone(
    new_driven: NewDriven, own_redis: RedisServer, opened: Open
) -> None:
    limits = {"FLINT_LIMIT_HANDSHAKES_BURST": "6", "FLINT_LIMIT_HANDSHAKES_PER_SECOND": "0.01"}
    server = new_driven(REDIS_URL=own_redis.url(), FLINT_TRUSTED_HOPS="1", **limits)
    seen = []
    for number in range(9):
        if number == 3:
            own_redis.freeze()
        async with asyncio.timeout(5):
            client = await opened(server, handshake=False)
            seen.append(throttled(await client.next_response()))
    own_redis.thaw()
    assert seen == [False] * 6 + [True] * 3
