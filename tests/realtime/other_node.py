"""Another node, as this one sees it: a lease, names in presence, a subscription."""

import asyncio
from typing import Any

from realtime import parcels, redis_keys
from realtime.redis import ask


class OtherNode:
    def __init__(self, lease: str = "other.1") -> None:
        self.lease = lease
        self.heard: asyncio.Queue[parcels.Parcel] = asyncio.Queue()
        self._subscription: Any = None
        self._reader: asyncio.Task[None] | None = None

    async def holds(self, *players: str) -> None:
        async def write(client: Any) -> None:
            await client.set(redis_keys.alive(self.lease), "", px=60_000)
            await client.sadd(redis_keys.LEASES, self.lease)
            for player in players:
                await client.sadd(redis_keys.online(player), self.lease)
                await client.sadd(redis_keys.held(self.lease), player)

        await ask(write, within=5)

    async def dies(self) -> None:
        await ask(lambda client: client.delete(redis_keys.alive(self.lease)), within=5)

    async def subscribe(self) -> None:
        from realtime.redis_clients import connect

        client = connect(decode=False)
        self._subscription = client.pubsub()
        await self._subscription.subscribe(redis_keys.to_node(self.lease), redis_keys.TO_EVERY_NODE)
        subscribed = asyncio.Event()
        self._reader = asyncio.create_task(self._read(subscribed))
        await subscribed.wait()
        self._client = client
