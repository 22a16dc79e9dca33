"""Nodes that died: what they left in Redis is disbelieved at once, and taken out after that.

Only Redis' own clock counts: a lease lives as long as its key.
"""

import logging
from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings

from realtime import redis_keys as keys
from realtime.node import node_id

if TYPE_CHECKING:
    from redis.asyncio import Redis

logger = logging.getLogger(__name__)

DECLARING_SECONDS = 0.5
PLAYERS_A_STEP = 500

# Take players off a dead lease's list, and the lease off those players. Returns how many they were.
_FORGET = """
local players = redis.call('SPOP', KEYS[1], ARGV[3])
for _, player in ipairs(players) do redis.call('SREM', ARGV[2] .. player, ARGV[1]) end
return #players
"""


def declare_dead(node: str) -> None:
    """Say that a process has ended, so that nobody waits for its lease to lapse. From any thread and process.

    Never raises: where Redis does not answer, the lease lapses by itself.
    """
    if not settings.REDIS_URL:
        return
    from realtime.redis_clients import connect_blocking

    try:
        with connect_blocking(DECLARING_SECONDS) as client:
            leases = [str(lease) for lease in client.smembers(keys.LEASES)]
            theirs = [keys.alive(lease) for lease in leases if keys.node_of(lease) == node]
            if theirs:
                client.delete(*theirs)
    except Exception as fault:
        logger.warning("could not declare node %s dead, its lease will lapse: %s", node, fault)


async def known_dead(nodes: Collection[str]) -> set[str]:
    """Those of them that hold no lease: they died, or cannot reach Redis. Nobody, where that is not known.

    It is not while this node's own lease is missing too: Redis was emptied a moment ago.
    """
    if not nodes or not settings.REDIS_URL:
        return set()
    from realtime.redis import RedisAway, ask

    try:
        living = await ask(partial(_living, {node_id(), *nodes}))
    except RedisAway:
        return set()
    return {node for node in nodes if node not in living} if node_id() in living else set()


async def _living(nodes: Collection[str], client: "Redis") -> set[str]:
    leases = [str(lease) for lease in await client.smembers(keys.LEASES)]
    theirs = [lease for lease in leases if keys.node_of(lease) in nodes]
    held = await client.mget([keys.alive(lease) for lease in theirs]) if theirs else []
    return {keys.node_of(lease) for lease, value in zip(theirs, held, strict=True) if value is not None}


async def forget_the_dead(client: "Redis") -> None:
    """Take every lapsed lease out of Redis. Any number of processes may do so at once."""
    for member in await client.smembers(keys.LEASES):
        lease = str(member)
        if not await client.exists(keys.alive(lease)):
            await _forget(client, lease)


async def _forget(client: "Redis", lease: str) -> None:
    arguments = (lease, keys.ONLINE_PREFIX, PLAYERS_A_STEP)
    while await client.eval(_FORGET, 1, keys.held(lease), *arguments) == PLAYERS_A_STEP:
        pass
    for member in await client.smembers(keys.LISTENERS):
        if str(member).endswith(f" {lease}"):
            await client.srem(keys.LISTENERS, member)
    await client.srem(keys.LEASES, lease)
