"""One scrape of several processes under a supervisor."""

import os
import signal
from collections.abc import Callable

import pytest

from tests.live_server import LiveServer, free_port
from tests.realtime.supervised import children_of
from tests.scraping import Numbers, scrape, scraped
from tests.server_fixtures import Connect

pytestmark = pytest.mark.postgresql

PLAYERS = 'flint_sockets{kind="player"}'
CALLS = 'flint_requests_total{outcome="error",request="SendMessageRequest"}'


async def test_one_scrape_is_the_sum_of_all_and_outlives_each(
    new_server: Callable[..., LiveServer], connect: Connect
) -> None:
    port = free_port()
    server = new_server(options=("--processes", "2"), FLINT_METRICS_LISTEN=f"127.0.0.1:{port}")
    for _ in range(20):
        assert "error" in await server.rest("SendMessageRequest", playerIds=["nobody"], extCode="DAILY_GIFT")
    for _ in range(20):
        await connect(on=server)
    await scraped(port, lambda now: everybody_says(port, {"flint_processes": 2, CALLS: 20, PLAYERS: 20}))

    killed = max(children_of(server.pid), key=descriptors)  # who accepted most of the sockets
    os.kill(killed, signal.SIGKILL)
    left = await scraped(port, lambda now: now["flint_processes"] == 2 and now.get(PLAYERS, 0) < 20)
    assert killed not in children_of(server.pid)
    assert left[CALLS] == 20

    assert server.stop() == 0


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def everybody_says(port: int, expected: dict[str, float]) -> bool:
    """Whichever process a scrape reaches."""
    return all(expected.items() <= Numbers.items(scrape(port)) for _ in range(10))
