"""Presence over Redis: which nodes a player is on, written under the lease of this node's stay.

One task writes what the registry holds at that moment, never an event: a connection that closes late cannot
take away what a reconnect has brought. There is no time to live for each player; names of leases that have
lapsed are disbelieved, and taken out when they are met.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from redis.asyncio import Redis

from realtime import outside, redis_keys
from realtime.node import node_id
from realtime.redis import DEADLINE, RedisAway, ask, asking
from realtime.redis_batcher import RedisBatcher
from realtime.registry import registry

logger = logging.getLogger(__name__)

Where = Mapping[str, tuple[str, ...]]  # player id → the leases of other nodes that hold them

WRITES = 1000  # players a script call
READS = 1000
FEW = 20  # players who are looked up one by one; more are asked for node by node
WRITE_DEADLINE = 1.5  # a stay whose writes take longer has ended
EVERYBODY_DEADLINE = 3.0
EVERYBODY_FRESH = 1.0  # for which a list of all who are online is used again

# Returns 0, and writes nothing, once the lease has lapsed.
_WRITE = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local lease, prefix, arrived = ARGV[1], ARGV[2], tonumber(ARGV[3])
for i = 4, #ARGV do
    local verb = i - 3 <= arrived and 'SADD' or 'SREM'
    redis.call(verb, prefix .. ARGV[i], lease)
    redis.call(verb, KEYS[2], ARGV[i])
end
return 1
"""

# Returns pairs: the position of a player, a lease that another node than the one that asks holds. Of itself
# that one's registry knows better, and an answer which named it for thousands would take long to read. Leases
# that nobody holds any more are taken out.
_READ = """
local found, held = {}, {}
for i, key in ipairs(KEYS) do
    for _, lease in ipairs(redis.call('SMEMBERS', key)) do
        if held[lease] == nil then held[lease] = redis.call('EXISTS', ARGV[1] .. lease) end
        if held[lease] == 1 then
            if string.match(lease, '^(.*)%.') ~= ARGV[2] then
                found[#found + 1] = i
                found[#found + 1] = lease
            end
        else
            redis.call('SREM', key, lease)
        end
    end
end
return found
"""

# The leases of others than the node that asks that are held.
_OTHERS = """
local held = {}
for _, lease in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    if string.match(lease, '^(.*)%.') ~= ARGV[2] and redis.call('EXISTS', ARGV[1] .. lease) == 1 then
        held[#held + 1] = lease
    end
end
return held
"""

# Returns pairs: the position of a player, the position of a set that has them.
_FIND = """
local found = {}
for i, key in ipairs(KEYS) do
    for j, is_member in ipairs(redis.call('SMISMEMBER', key, unpack(ARGV))) do
        if is_member == 1 then
            found[#found + 1] = j
            found[#found + 1] = i
        end
    end
end
return found
"""


class StayEnded(Exception):
    """The node's lease lapsed, or its subscription was interrupted."""


class RedisPresence:
    """Used on the event loop's thread, but for what says otherwise.

    `on_late(player_ids)`: their connections may have read their inboxes before others could know of them.
    """

    def __init__(self, on_late: Callable[[Iterable[str]], None]) -> None:
        self._on_late = on_late
        self._lease: str | None = None
        self._said: set[str] = set()  # players whom Redis has under the lease
        self._changed: dict[str, None] = {}
        self._writing: dict[str, None] = {}
        self._waiters: dict[str, asyncio.Future[None]] = {}
        self._late: set[str] = set()
        self._work = asyncio.Event()
        self._look_up: RedisBatcher[Sequence[str], Where] = RedisBatcher(self._read)
        self._everybody: tuple[float, set[str]] = (-EVERYBODY_FRESH, set())

    # --- writing ---------------------------------------------------------------------------------------

    def changed(self, player_id: str) -> None:
        """The registry's watcher. Without a stay there is nothing to do: the next begins with everybody."""
        if self._lease is None:
            return
        as_said = registry.online(player_id) == (player_id in self._said)
        if not as_said or player_id in self._writing:
            self._changed[player_id] = None
            self._work.set()

    async def announced(self, player_id: str) -> None:
        if player_id not in self._changed and player_id not in self._writing:
            return
        waiter = self._waiters.get(player_id)
        if waiter is None:
            waiter = self._waiters[player_id] = asyncio.get_running_loop().create_future()
        done, _ = await asyncio.wait((waiter,), timeout=DEADLINE)
        if not done:
            self._late.add(player_id)

    async def begin(self, lease: str) -> None:
        """A stay begins: write everybody who is here."""
        self._lease, self._said = lease, set()
        self._changed = dict.fromkeys(each for each in registry.players() if registry.online(each))
        await self._write_changed(lease)

    async def keep(self, lease: str) -> None:
        """Write what changes, until the stay ends."""
        while True:
            await self._work.wait()
            self._work.clear()
            await self._write_changed(lease)

    def end(self) -> None:
        """Nobody waits for a write any more: the next stay sends every connection through catch-up."""
        self._lease = None
        self._changed, self._writing = {}, {}
        self._late.clear()
        self._work.clear()
        for waiter in self._waiters.values():
            waiter.set_result(None)
        self._waiters.clear()

    async def _write_changed(self, lease: str) -> None:
        while self._changed:
            self._writing = dict.fromkeys(list(self._changed)[:WRITES])
            for player_id in self._writing:
                del self._changed[player_id]
            here = [player_id for player_id in self._writing if registry.online(player_id)]
            gone = [player_id for player_id in self._writing if not registry.online(player_id)]
            await self._write(lease, here, gone)
            self._said.update(here)
            self._said.difference_update(gone)
            self._written()

    async def _write(self, lease: str, here: Sequence[str], gone: Sequence[str]) -> None:
        keys = (redis_keys.alive(lease), redis_keys.held(lease))
        arguments = (lease, redis_keys.ONLINE_PREFIX, str(len(here)), *here, *gone)
        async with asyncio.timeout(WRITE_DEADLINE):
            if not await asking().client.eval(_WRITE, 2, *keys, *arguments):
                raise StayEnded("the lease lapsed")

    def _written(self) -> None:
        written, self._writing = self._writing, {}
        for player_id in written:
            if player_id not in self._changed and (waiter := self._waiters.pop(player_id, None)):
                waiter.set_result(None)
        if late := self._late.intersection(written).difference(self._changed):
            self._late -= late
            self._on_late(late)

    # --- reading ---------------------------------------------------------------------------------------

    async def elsewhere(self, player_ids: Sequence[str]) -> Where:
        """Other nodes' leases for those who are online there; never from a cache. Raises RedisAway."""
        return await self._look_up(player_ids)

    async def online(self, player_ids: Iterable[str]) -> set[str]:
        """Where Redis is away, those who are online here."""
        asked = list(player_ids)
        here = {player_id for player_id in asked if registry.online(player_id)}
        try:
            return here | (await self.elsewhere(asked)).keys()
        except RedisAway:
            return here

    async def _read(self, asked: list[Sequence[str]]) -> list[Where]:
        players = list(dict.fromkeys(player_id for each in asked for player_id in each))
        found = await ask(partial(_look_up, players)) if len(players) <= FEW else await _find(players)
        if not found:
            return [found] * len(asked)
        return [{player_id: found[player_id] for player_id in each if player_id in found} for each in asked]

    # --- for threads -----------------------------------------------------------------------------------

    def online_from_thread(self, player_ids: Iterable[str]) -> set[str]:
        return outside.finish(lambda: self.online(player_ids))

    def everybody_from_thread(self) -> set[str]:
        return outside.finish(self.everybody)

    async def everybody(self) -> set[str]:
        """All who are online; at most a second old, since a large audience asks for it with every chunk."""
        read_at, known = self._everybody
        if time.monotonic() - read_at > EVERYBODY_FRESH:
            known = {player_id for player_id in registry.players() if registry.online(player_id)}
            try:
                async with asyncio.timeout(EVERYBODY_DEADLINE):
                    known |= await _held_elsewhere(asking().client)
            except Exception as fault:
                logger.warning("only players online on this node are known: %s", fault)
            self._everybody = time.monotonic(), known
        return known


async def _look_up(players: Sequence[str], client: Redis) -> dict[str, tuple[str, ...]]:
    keys = [redis_keys.online(player_id) for player_id in players]
    pairs = await client.eval(_READ, len(keys), *keys, redis_keys.ALIVE_PREFIX, node_id())
    found: dict[str, tuple[str, ...]] = {}
    for position, lease in zip(pairs[::2], pairs[1::2], strict=True):
        player_id = players[position - 1]
        found[player_id] = (*found.get(player_id, ()), lease)
    return found


async def _find(players: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """As `_look_up`, for many: a node takes its lease before it names anybody, so where no other node has
    one nobody need be looked for."""
    leases = await ask(_others)
    found: dict[str, tuple[str, ...]] = {}
    if leases:
        for start in range(0, len(players), READS):
            found.update(await ask(partial(_find_in, leases, players[start : start + READS])))
    return found


async def _others(client: Redis) -> list[str]:
    return list(await client.eval(_OTHERS, 1, redis_keys.LEASES, redis_keys.ALIVE_PREFIX, node_id()))


async def _find_in(
    leases: Sequence[str], players: Sequence[str], client: Redis
) -> dict[str, tuple[str, ...]]:
    pairs = await client.eval(_FIND, len(leases), *map(redis_keys.held, leases), *players)
    found: dict[str, tuple[str, ...]] = {}
    for player, lease in zip(pairs[::2], pairs[1::2], strict=True):
        player_id = players[player - 1]
        found[player_id] = (*found.get(player_id, ()), leases[lease - 1])
    return found


async def _held_elsewhere(client: Redis) -> set[str]:
    held: set[str] = set()
    for lease in await _others(client):
        held.update(str(player_id) for player_id in await client.smembers(redis_keys.held(lease)))
    return held
