"""A Redis of the tests' own: one for a process, another for each test that stops or freezes it."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from bin.services import Redis


class RedisServer(Redis):
    def freeze(self) -> None:
        """Connections stay open, and nothing is answered."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def empty(self) -> None:
        with redis.Redis(port=self.port) as client:
            client.flushall()

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    redis = Redis(tmp_path_factory.mktemp("redis"))
    redis.start()
    yield redis.url()
    redis.stop()


@pytest.fixture
def own_redis(tmp_path: Path, settings: Any) -> Iterator[RedisServer]:
    """Named by settings.REDIS_URL, and this test's to stop, freeze and start again."""
    redis = RedisServer(tmp_path / "redis")
    redis.start()
    settings.REDIS_URL = redis.url()
    yield redis
    redis.kill()
