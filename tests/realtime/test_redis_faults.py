"""Two servers while Redis is emptied, restarted, frozen, away, or cut off from one of them."""

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.live_server import LiveServer
from tests.realtime.two_nodes import TwoNodes, heard, say, until
from tests.redis_server import RedisServer
from tests.server_template import ServerTemplate
from tests.tcp_proxy import TcpProxy
from tests.wire_games import GAME

pytestmark = pytest.mark.postgresql


async def test_an_emptied_redis_is_filled_again_and_nothing_is_lost(own_nodes: TwoNodes) -> None:
    anna, bob = await own_nodes.friends()
    own_nodes.redis.empty()
    for number in range(20):
        await say(anna, f"{number}", bob)
    for number in range(20):
        await heard(bob, f"{number}")
    await own_nodes.sees_online(anna, True, within=5)


async def test_a_restarted_redis_loses_nothing(own_nodes: TwoNodes) -> None:
    anna, bob = await own_nodes.friends()
    own_nodes.redis.kill()
    for number in range(10):
        await say(anna, f"{number}", bob)
    own_nodes.redis.start()
    for number in range(10, 20):
        await say(anna, f"{number}", bob)
    for number in range(20):
        await heard(bob, f"{number}")
    await own_nodes.sees_online(anna, True, within=5)
    await say(anna, "as before", bob)
    await heard(bob, "as before", within=3)


async def test_a_frozen_redis_holds_up_no_request_and_loses_nothing(own_nodes: TwoNodes) -> None:
    anna, bob = await own_nodes.friends()
    carl = await own_nodes.player(own_nodes.one, "carl")
    await own_nodes.befriend(anna, carl)
    own_nodes.redis.freeze()
    for number in range(10):
        started = time.monotonic()
        for friend in (bob, carl):
            await say(anna, f"{number}", friend)
        assert time.monotonic() - started < 2
        await heard(carl, f"{number}", within=3)  # a socket on the sender's own node needs no Redis
    started = time.monotonic()
    await own_nodes.player(own_nodes.two, "dora")
    assert time.monotonic() - started < 2
    own_nodes.redis.thaw()
    for number in range(10):
        await heard(bob, f"{number}")
    await own_nodes.sees_online(anna, True, within=5)


async def test_a_publish_while_redis_is_away_reaches_every_node(own_nodes: TwoNodes, tmp_path: Path) -> None:
    own_nodes.redis.kill()
    document = json.loads(GAME.document.read_text())
    for credential in document["credentials"]:
        if credential["shortCode"] == "device":
            credential["secret"] = "the-device-secret-of-the-new-version"
    (tmp_path / "new.json").write_text(json.dumps(document))
    own_nodes.one.manage("import_game", str(tmp_path / "new.json"), "--publish")
    for server in (own_nodes.one, own_nodes.two):

        async def serves_new_version(server: LiveServer = server) -> bool:
            client = await own_nodes.open(server)
            answer = await client.handshake("the-device-secret-of-the-new-version")
            return "error" not in answer

        await until(serves_new_version, within=2)


@pytest.fixture
async def cut_off(
    server_template: ServerTemplate, tmp_path: Path
) -> AsyncIterator[tuple[TwoNodes, TcpProxy]]:
    """Two nodes, the second of which reaches Redis through a proxy."""
    redis = RedisServer(tmp_path / "redis")
    redis.start()
    with TcpProxy(redis.port) as proxy:
        one = server_template.server(LiveServer, tmp_path / "one", {"REDIS_URL": redis.url()})
        through = {"REDIS_URL": f"redis://127.0.0.1:{proxy.port}/0"}
        two = server_template.server(LiveServer, tmp_path / "two", through, beside=one)
        nodes = TwoNodes(one, two, redis)
        try:
            one.start()
            two.start()
            yield nodes, proxy
        finally:
            await nodes.close()
            server_template.end([one, two])
            redis.kill()


@pytest.mark.parametrize("how", ["cut", "swallow"])
async def test_a_node_that_is_cut_off_from_redis_loses_nothing(
    cut_off: tuple[TwoNodes, TcpProxy], how: str
) -> None:
    nodes, proxy = cut_off
    anna, bob = await nodes.friends()
    await nodes.sees_online(anna, True, within=1)
    getattr(proxy, how)()
    for number in range(10):
        await say(anna, f"to bob {number}", bob)
        await say(bob, f"to anna {number}", anna)
    for number in range(10):  # whom the cut-off node cannot look for, another one's sweeper finds
        await heard(anna, f"to anna {number}", within=15)
    proxy.heal()
    for number in range(10):
        await heard(bob, f"to bob {number}")
    await nodes.sees_online(anna, True, within=5)


async def test_a_ban_reaches_a_node_that_was_cut_off(cut_off: tuple[TwoNodes, TcpProxy]) -> None:
    nodes, proxy = cut_off
    _, bob = await nodes.friends()
    proxy.cut()
    await nodes.ban(bob)
    assert "error" not in await bob.request("ListMessageRequest"), "it cannot know yet"
    proxy.heal()
    await bob.expect_message("SessionTerminatedMessage", within=5)
