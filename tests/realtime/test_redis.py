import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from push.sim.authority import Authority
from realtime import redis
from realtime.redis import AT_ONCE, DEADLINE, RedisAway, ask, asking
from tests.redis_server import RedisServer


@pytest.fixture(autouse=True)
async def closed() -> AsyncIterator[None]:
    yield
    await redis.stop()


async def until_it_answers() -> None:
    async with asyncio.timeout(10):
        while asking().away:  # noqa: ASYNC110  # nobody is told when a breaker closes
            await asyncio.sleep(0.01)


async def test_ask_answers(redis_url: str, settings: Any) -> None:
    settings.REDIS_URL = redis_url
    assert await ask(lambda client: client.set("test-redis", "here")) is True
    assert await ask(lambda client: client.get("test-redis")) == "here"


async def test_a_redis_that_hangs_holds_nobody_up_twice(own_redis: RedisServer) -> None:
    await ask(lambda client: client.ping())
    own_redis.freeze()
    started = time.monotonic()
    with pytest.raises(RedisAway):
        await ask(lambda client: client.ping())
    assert DEADLINE <= time.monotonic() - started < 1.0
    started = time.monotonic()
    for _ in range(100):
        with pytest.raises(RedisAway):
            await ask(lambda client: client.ping())
    assert time.monotonic() - started < DEADLINE, "while the breaker is open, everybody is refused at once"
    own_redis.thaw()
    await until_it_answers()
    assert await ask(lambda client: client.ping()) is True


async def test_a_redis_that_was_restarted_is_found_again(own_redis: RedisServer) -> None:
    await ask(lambda client: client.ping())
    own_redis.kill()
    with pytest.raises(RedisAway):
        await ask(lambda client: client.ping())
    own_redis.start()
    await until_it_answers()
    assert await ask(lambda client: client.ping()) is True


async def test_what_redis_refuses_is_no_answer_either(own_redis: RedisServer) -> None:
    with pytest.raises(RedisAway, match="WRONGTYPE"):
        await ask(lambda client: _misused(client))
    await until_it_answers()


async def _misused(client: Any) -> None:
    await client.set("test-text", "1")
    await client.sadd("test-text", "2")


async def test_many_questions_share_few_connections(own_redis: RedisServer) -> None:
    await asyncio.gather(*[ask(lambda client: client.ping(), within=5) for _ in range(500)])
    found = await ask(lambda client: client.info("clients"))
    assert found["connected_clients"] <= AT_ONCE


async def test_ask_over_tls_believes_the_named_authority_alone(tmp_path: Path, settings: Any) -> None:
    authority = Authority(tmp_path)
    (tmp_path / "server.pem").write_text(authority.server_pem())
    server = RedisServer(tmp_path / "redis")
    tls_port = RedisServer(tmp_path).port + 1
    pem = str(tmp_path / "server.pem")
    server.options = {"tls-port": str(tls_port), "tls-cert-file": pem, "tls-key-file": pem}
    server.options |= {"tls-auth-clients": "no", "tls-ca-cert-file": str(tmp_path / "ca.pem")}
    server.start()
    try:
        settings.REDIS_URL = f"rediss://127.0.0.1:{tls_port}/0?ssl_ca_certs={tmp_path / 'ca.pem'}"
        assert await ask(lambda client: client.ping(), within=5) is True
        await redis.stop()
        settings.REDIS_URL = f"rediss://127.0.0.1:{tls_port}/0"
        with pytest.raises(RedisAway, match="CERTIFICATE_VERIFY_FAILED"):
            await ask(lambda client: client.ping(), within=5)
    finally:
        server.kill()


async def test_ask_over_a_unix_socket(tmp_path_factory: pytest.TempPathFactory, settings: Any) -> None:
    folder = tmp_path_factory.mktemp("r")
    server = RedisServer(folder, unixsocket=str(folder / "r.sock"))
    server.start()
    try:
        settings.REDIS_URL = f"unix://{folder / 'r.sock'}?db=0"
        assert await ask(lambda client: client.ping()) is True
    finally:
        server.kill()


async def test_ask_finds_the_master_that_the_sentinels_know(tmp_path: Path, settings: Any) -> None:
    master = RedisServer(tmp_path / "master")
    master.start()
    sentinel = SentinelServer(tmp_path / "sentinel", master)
    sentinel.start()
    away = RedisServer(tmp_path)  # a sentinel that is not there
    try:
        settings.REDIS_URL = (
            f"redis+sentinel://127.0.0.1:{away.port + 2},127.0.0.1:{sentinel.port}/mymaster/3"
        )
        assert await ask(lambda client: client.set("test-sentinel", "here"), within=5) is True
        await redis.stop()
        settings.REDIS_URL = master.url(3)
        assert await ask(lambda client: client.get("test-sentinel")) == "here"
    finally:
        sentinel.kill()
        master.kill()


class SentinelServer(RedisServer):
    name = "sentinel"

    def __init__(self, folder: Path, master: RedisServer) -> None:
        super().__init__(folder, master.port + 1)
        folder.mkdir()
        (folder / "sentinel.conf").write_text(f"sentinel monitor mymaster 127.0.0.1 {master.port} 1\n")

    def command(self) -> list[str]:
        program, *options = super().command()
        return [program, str(self.folder / "sentinel.conf"), "--sentinel", *options[:4]]
