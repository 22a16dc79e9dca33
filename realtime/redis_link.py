"""This node's link to Redis: one stay after another, each under a lease of its own.

A stay begins with the subscription, then the lease, then everybody's presence; then every connection is sent
through catch-up, since nobody could reach it meanwhile. It ends when the lease lapsed (Redis was emptied, or
this process stood still), when the subscription broke off or went deaf, or when Redis does not answer.
"""

import asyncio
import itertools
import logging
import time
from collections.abc import Iterable

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisError

from realtime import lifecycle, parcels, redis, redis_keys, waking
from realtime.node import node_id
from realtime.redis import ask, asking
from realtime.redis_clients import connect, disconnect
from realtime.redis_presence import RedisPresence, StayEnded
from realtime.redis_router import RedisRouter
from realtime.registry import registry

logger = logging.getLogger(__name__)

LEASE_MS = 3_500  # a node that dies is disbelieved after that
BEAT = 1.0
PATIENCE = 1.5  # seconds for a beat, and for each step of a stay's beginning
DEAF_AFTER = 3.0  # seconds without hearing its own beat
RETRY = 0.25
FIRST_STAY = 2.0  # seconds that the start of the process waits for it
LOOKS_BETWEEN_YIELDS = 100


def look_again(player_ids: Iterable[str]) -> None:
    for player_id in player_ids:
        for connection in list(registry.of(player_id)):
            connection.look_again()


class RedisLink:
    """`lease` is that of the latest stay; it may have ended."""

    def __init__(self) -> None:
        self.presence = RedisPresence(on_late=look_again)
        self.router = RedisRouter(self.presence)
        self._task: asyncio.Task[None] | None = None
        self.lease = ""
        self._stopping = False
        self._heard_at = 0.0
        self._listeners_changed = asyncio.Event()

    async def start(self) -> None:
        """Wait for the first stay to begin, but go on without it: Redis may come later."""
        registry.watch(self.presence.changed, self._listeners_changed.set)
        begun = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._run(begun))
        try:
            async with asyncio.timeout(FIRST_STAY):
                await begun.wait()
        except TimeoutError:
            logger.warning("serving without Redis until it answers")

    async def stop(self) -> None:
        """Give the lease back, so that nobody looks for players here any more."""
        registry.unwatch()
        if self._task is not None:
            self._stopping = True
            self._task.cancel()
            await asyncio.wait([self._task], timeout=PATIENCE)
            self._task = None
            try:
                async with asyncio.timeout(PATIENCE):
                    await asking().client.delete(redis_keys.alive(self.lease))
            except (RedisError, OSError, TimeoutError):
                logger.info("the lease was not given back; it lapses by itself")
        await redis.stop()

    async def _run(self, begun: asyncio.Event) -> None:
        for number in itertools.count(1):
            lease = f"{node_id()}.{number}"
            try:
                await self._stay(lease, begun)
            except* (StayEnded, RedisError, OSError) as ended:
                # A stay that never began is one of many attempts while Redis is away.
                level = logging.WARNING if begun.is_set() else logging.DEBUG
                logger.log(level, "the stay at Redis has ended: %s", _reasons(ended))
            except* Exception:
                logger.exception("the stay at Redis failed")
            finally:
                self.presence.end()
            if self._stopping:  # a group whose tasks fail at that moment swallows the cancellation
                return
            begun.clear()
            await asyncio.sleep(RETRY)

    async def _stay(self, lease: str, begun: asyncio.Event) -> None:
        client = connect(decode=False)
        subscriber = client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
        try:
            async with asyncio.timeout(PATIENCE):
                await _subscribe(subscriber, lease)
                await self._take(lease)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._listen(subscriber))
                group.create_task(self._beat(lease))
                await self.presence.begin(lease)
                group.create_task(self.presence.keep(lease))
                group.create_task(self._keep_listeners(lease))
                begun.set()
                await self.router.tell_again()
                await _everybody_looks_again()
                await lifecycle.rejoin()
        finally:
            await subscriber.disconnect(nowait=True)
            await disconnect(client)

    async def _take(self, lease: str) -> None:
        """Take the lease, and give back the last one's."""
        pipeline = asking().client.pipeline(transaction=False)
        pipeline.delete(redis_keys.alive(self.lease))
        pipeline.sadd(redis_keys.LEASES, lease)
        pipeline.set(redis_keys.alive(lease), "", px=LEASE_MS)
        await pipeline.execute()
        self.lease = lease
        self._heard_at = time.monotonic()

    async def _beat(self, lease: str) -> None:
        while True:
            await asyncio.sleep(BEAT)
            pipeline = asking().client.pipeline(transaction=False)
            pipeline.set(redis_keys.alive(lease), "", px=LEASE_MS, xx=True)
            pipeline.publish(redis_keys.to_node(lease), parcels.encode(parcels.Beat()))
            pipeline.smembers(redis_keys.LISTENERS)
            async with asyncio.timeout(PATIENCE):
                held, subscribers, listeners = await pipeline.execute()
            if not held:
                raise StayEnded("the lease lapsed")
            if not subscribers or time.monotonic() - self._heard_at > DEAF_AFTER:
                raise StayEnded("the subscription is deaf")
            self.router.know_listeners(listeners)

    # --- what is heard ---------------------------------------------------------------------------------

    async def _listen(self, subscriber: AbstractConnection) -> None:
        while True:
            kind, channel, data = await subscriber.read_response()
            if kind != b"message":
                continue
            try:
                await self._hear(channel.decode(), data)
            except Exception:  # whoever is concerned is looked at again by the sweeper
                logger.exception("what another node sent could not be handled")

    async def _hear(self, channel: str, data: bytes) -> None:
        if channel == redis_keys.WAKE:
            waking.heard(data.decode().split())
            return
        self._heard_at = time.monotonic()
        match parcels.decode(data):
            case parcels.Deliver(frames):
                await self.router.receive(frames)
            case parcels.Copies(frames, present):
                self.router.copy(frames, present)
            case parcels.Terminate(player_id, origin):
                await self.router.terminated(player_id, origin)
            case parcels.ListenersChanged():
                self.router.know_listeners(await ask(_read_listeners))

    # --- listeners -------------------------------------------------------------------------------------

    async def _keep_listeners(self, lease: str) -> None:
        """Let the others know which stages are listened to here."""
        said: set[int] = set()
        while True:
            self._listeners_changed.clear()
            stages = set(registry.stages_listened_to())
            if stages != said:
                async with asyncio.timeout(PATIENCE):
                    await _say_listeners(lease, stages - said, said - stages)
                said = stages
            await self._listeners_changed.wait()


async def _say_listeners(lease: str, begun: Iterable[int], ended: Iterable[int]) -> None:
    pipeline = asking().client.pipeline(transaction=False)
    for stage_id in begun:
        pipeline.sadd(redis_keys.LISTENERS, f"{stage_id} {lease}")
    for stage_id in ended:
        pipeline.srem(redis_keys.LISTENERS, f"{stage_id} {lease}")
    pipeline.publish(redis_keys.TO_EVERY_NODE, parcels.encode(parcels.ListenersChanged()))
    await pipeline.execute()


async def _read_listeners(client: Redis) -> list[str]:
    return [str(member) for member in await client.smembers(redis_keys.LISTENERS)]


async def _subscribe(subscriber: AbstractConnection, lease: str) -> None:
    channels = (redis_keys.to_node(lease), redis_keys.TO_EVERY_NODE, redis_keys.WAKE)
    await subscriber.connect()  # type: ignore[no-untyped-call]
    await subscriber.send_command("SUBSCRIBE", *channels)
    for _ in channels:
        await subscriber.read_response()


async def _everybody_looks_again() -> None:
    for count, connection in enumerate(list(registry.connections()), 1):
        connection.look_again()
        if count % LOOKS_BETWEEN_YIELDS == 0:
            await asyncio.sleep(0)


def _reasons(ended: BaseExceptionGroup[Exception]) -> str:
    return "; ".join(f"{type(each).__name__}: {each}" for each in ended.exceptions)
