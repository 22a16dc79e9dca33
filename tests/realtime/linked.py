"""This process as a node at a real Redis, and another node as the first one sees it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from realtime import confirmer, lifecycle, parcels, redis_keys
from realtime import presence as presences
from realtime import router as routers
from realtime.connection import Connection
from realtime.node import node_id
from realtime.redis import RedisAway, ask, asking
from realtime.redis_clients import connect, disconnect
from realtime.redis_link import RedisLink
from realtime.registry import registry
from tests.realtime.sockets import PlayedTransport, RecordingInbox, recording_inbox, session


class Linked:
    """`link` is this node's. `inbox` writes down what connections ask of the store."""

    def __init__(self, link: RedisLink, inbox: RecordingInbox) -> None:
        self.link = link
        self.inbox = inbox
        self.presence = link.presence
        self.router = link.router

    def connection(self, player_id: str, **rights: Any) -> Connection:
        """A live one."""
        connection = Connection(PlayedTransport(), session(**rights))
        connection.bind(player_id)
        connection.caught_up()
        return connection

    async def holders(self, player_id: str) -> set[str]:
        """The nodes that Redis names for the player, alive or not."""
        leases = await ask(lambda client: client.smembers(redis_keys.online(player_id)))
        return {redis_keys.node_of(str(lease)) for lease in leases}

    async def holds(self, player_id: str, expected: bool = True) -> None:
        """Wait until Redis says so of this node."""
        await until(lambda: self._holds(player_id, expected))

    async def _holds(self, player_id: str, expected: bool) -> bool:
        return (node_id() in await self.holders(player_id)) is expected

    async def lease(self, other_than: str = "") -> str:
        """This node's, once it holds one."""
        await until(lambda: self._has_lease(other_than))
        return self.link.lease

    async def _has_lease(self, other_than: str) -> bool:
        lease = self.link.lease
        if lease == other_than:
            return False
        return bool(await ask(lambda client: client.exists(redis_keys.alive(lease))))


@asynccontextmanager
async def linked() -> AsyncIterator[Linked]:
    presence, router = presences.presence(), routers.router()
    with recording_inbox() as inbox:
        link = RedisLink()
        presences.use_presence(link.presence)
        routers.use_router(link.router)
        lifecycle._loop = asyncio.get_running_loop()
        await link.start()
        try:
            yield Linked(link, inbox)
        finally:
            await link.stop()
            lifecycle._loop = None
            presences.use_presence(presence)
            routers.use_router(router)
            registry.clear()
            confirmer.clear()


async def until(question: Callable[[], Any], within: float = 10) -> float:
    """Ask until the answer is true; the seconds that it took."""
    started = time.monotonic()
    async with asyncio.timeout(within):
        while not await _asked(question):  # noqa: ASYNC110  # nobody tells what Redis says by now
            await asyncio.sleep(0.005)
    return time.monotonic() - started


async def _asked(question: Callable[[], Any]) -> bool:
    try:
        return bool(await question())
    except RedisAway:
        return False


class OtherNode:
    """Holds a lease and, while it listens, hears its channel."""

    def __init__(self, lease: str = "other.1") -> None:
        self.lease = lease
        self.heard: asyncio.Queue[parcels.Parcel] = asyncio.Queue()

    async def holds(self, *players: str) -> None:
        pipeline = asking().client.pipeline(transaction=False)
        pipeline.set(redis_keys.alive(self.lease), "", px=60_000)
        pipeline.sadd(redis_keys.LEASES, self.lease)
        for player_id in players:
            pipeline.sadd(redis_keys.online(player_id), self.lease)
            pipeline.sadd(redis_keys.held(self.lease), player_id)
        await pipeline.execute()

    async def listens_to(self, stage_id: int) -> None:
        await asking().client.sadd(redis_keys.LISTENERS, f"{stage_id} {self.lease}")
        await self.says(redis_keys.TO_EVERY_NODE, parcels.ListenersChanged())

    async def dies(self) -> None:
        await asking().client.delete(redis_keys.alive(self.lease))

    async def says(self, channel: str, parcel: parcels.Parcel) -> None:
        await asking().client.publish(channel, parcels.encode(parcel))

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        client = connect(decode=False)
        subscriber: Any = client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
        await subscriber.connect()
        await subscriber.send_command("SUBSCRIBE", redis_keys.to_node(self.lease), redis_keys.TO_EVERY_NODE)
        for _ in range(2):
            await subscriber.read_response()
        reader = asyncio.create_task(self._read(subscriber))
        try:
            yield
        finally:
            reader.cancel()
            await asyncio.wait([reader])
            await subscriber.disconnect(nowait=True)
            await disconnect(client)

    async def _read(self, subscriber: Any) -> None:
        while True:
            _, _, data = await subscriber.read_response()
            self.heard.put_nowait(parcels.decode(data))
