"""A Redis of the tests' own."""

from collections.abc import Iterator

import pytest

from bin.services import Redis


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    redis = Redis(tmp_path_factory.mktemp("redis"))
    redis.start()
    yield redis.url()
    redis.stop()
