"""Fixtures of servers under a supervisor, and of two that share a database and a Redis."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live_server import LiveServer
from tests.realtime.supervised import Supervised
from tests.realtime.two_nodes import TwoNodes
from tests.redis_server import RedisServer
from tests.server_template import ServerTemplate


@pytest.fixture
async def supervise(tmp_path: Path) -> AsyncIterator[Callable[..., Supervised]]:
    """Starts tiny servers under a supervisor, that end with the test."""
    made: list[Supervised] = []

    def start(
        size: int = 2, before: tuple[str, ...] = (), forked: bool = False, **options: Any
    ) -> Supervised:
        supervised = Supervised(tmp_path, size, **options)
        supervised.start(before, forked)
        made.append(supervised)
        return supervised

    yield start
    for supervised in made:
        await supervised.kill()


def _start(template: ServerTemplate, folder: Path) -> TwoNodes:
    redis = RedisServer(folder / "redis")
    redis.start()
    one = template.server(LiveServer, folder / "one", {"REDIS_URL": redis.url()})
    two = template.server(LiveServer, folder / "two", beside=one)
    nodes = TwoNodes(one, two, redis)
    try:
        one.start()
        two.start()
    except BaseException:
        _end(template, nodes)
        raise
    return nodes


def _end(template: ServerTemplate, nodes: TwoNodes) -> None:
    nodes.redis.thaw()
    template.end([nodes.one, nodes.two])
    nodes.redis.kill()


@pytest.fixture(scope="session")
def _shared_nodes(
    server_template: ServerTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TwoNodes]:
    nodes = _start(server_template, tmp_path_factory.mktemp("nodes"))
    yield nodes
    _end(server_template, nodes)


@pytest.fixture
async def nodes(_shared_nodes: TwoNodes) -> AsyncIterator[TwoNodes]:
    """Two servers for all tests of a worker, which do them no harm."""
    yield _shared_nodes
    await _shared_nodes.close()


@pytest.fixture
async def own_nodes(server_template: ServerTemplate, tmp_path: Path) -> AsyncIterator[TwoNodes]:
    """Two servers and a Redis for this test alone, which may kill, freeze and restart them."""
    nodes = _start(server_template, tmp_path)
    yield nodes
    await nodes.close()
    _end(server_template, nodes)
