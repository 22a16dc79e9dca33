"""The paths that watchers ask, in front of everything else."""

from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import msgspec
import pytest

from realtime import process, redis
from realtime.operations import Operations
from tests.live_server import LiveServer

NewServer = Callable[..., LiveServer]


async def elsewhere(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


async def ask(path: str, method: str = "GET", client: str = "127.0.0.1", **headers: str) -> tuple[int, bytes]:
    scope = {"type": "http", "path": path, "method": method, "client": (client, 5000)}
    scope["headers"] = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await Operations(elsewhere)(scope, None, send)
    return sent[0]["status"], sent[1]["body"]


async def test_process_lives() -> None:
    assert await ask("/healthz") == (200, b"ok\n")
    assert await ask("/healthz", "HEAD") == (200, b"")
    assert await ask("/healthz", "POST") == (405, b"GET only\n")


async def test_other_paths_are_the_applications() -> None:
    for path in ("/", "/healthz/", "/ops/healthz"):
        assert await ask(path) == (418, path.encode())


@pytest.mark.django_db(transaction=True)
async def test_readyz_says_what_is_missing(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    try:
        status, body = await ask("/readyz")
    finally:
        await process.stop()
        await redis.stop()
    answer = msgspec.json.decode(body)
    assert (status, answer["ready"]) == (503, False)
    assert {"what": "redis", "detail": "it does not answer"} in answer["missing"]


def test_probes_by_address_are_answered_whatever_hosts_are_allowed(new_server: NewServer) -> None:
    server = new_server(FLINT_HOSTS="flint.example.com")
    by_address = {"Host": "10.1.2.3:8000"}
    assert server.get("/healthz", by_address) == (200, "ok\n")
    assert server.get("/readyz", by_address) == (200, '{"ready":true}')
    assert server.get("/ops/login/", by_address)[0] == 400


NOT_ALLOWED = (403, b"Only the addresses of FLINT_METRICS_ALLOW may read the metrics.\n")


async def test_metrics_are_for_this_machine_alone() -> None:
    assert (await ask("/metrics"))[0] == 200
    assert (await ask("/metrics", client="::1"))[0] == 200
    assert await ask("/metrics", client="203.0.113.7") == NOT_ALLOWED
    assert await ask("/metrics", client="not an address") == NOT_ALLOWED


async def test_metrics_are_for_the_addresses_that_are_allowed(settings: Any) -> None:
    settings.METRICS_ALLOW = [ip_network("10.0.0.0/8")]
    assert (await ask("/metrics", client="10.1.2.3"))[0] == 200
    assert await ask("/metrics") == NOT_ALLOWED


async def test_whoever_comes_through_a_proxy_is_not_this_machine(settings: Any) -> None:
    """An unknown proxy beside the server would make everybody local; of a known one the client counts."""
    assert await ask("/metrics", x_forwarded_for="203.0.113.7") == NOT_ALLOWED
    assert await ask("/metrics", via="1.1 proxy") == NOT_ALLOWED
    settings.TRUSTED_HOPS = 1
    assert await ask("/metrics", x_forwarded_for="203.0.113.7") == NOT_ALLOWED
    assert (await ask("/metrics", x_forwarded_for="127.0.0.1"))[0] == 200


async def test_metrics_with_their_own_listener_are_nowhere_else(settings: Any) -> None:
    settings.METRICS_LISTEN = ("127.0.0.1", 9100)
    assert (await ask("/metrics"))[0] == 404
