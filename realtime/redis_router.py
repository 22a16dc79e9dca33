"""The router over Redis: this process's sockets first, then one published batch to each node concerned.

Nothing falls between nodes: a batch that no subscriber took, and a frame for a player whom its node does not
hold any more, are decided again at once. Where Redis does not answer, the message waits in the store.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable, Sequence

from realtime import parcels, redis_keys, redis_post
from realtime.connection import Connection
from realtime.inbox import inbox
from realtime.node import node_id
from realtime.redis import RedisAway
from realtime.redis_post import Post
from realtime.redis_presence import RedisPresence, Where
from realtime.registry import registry
from realtime.router import Frame, LocalRouter, Missed

logger = logging.getLogger(__name__)


class RedisRouter:
    def __init__(self, presence: RedisPresence) -> None:
        self._presence = presence
        self._here = LocalRouter()
        self._listening: dict[int, set[str]] = {}  # stage id → leases of other nodes with listeners to it
        self._untold: set[str] = set()  # players logged out here while the others could not be told

    # --- messages --------------------------------------------------------------------------------------

    async def deliver(self, frames: Sequence[Frame]) -> Missed:
        missed = (await self._here.deliver(frames)).frames
        try:
            where = await self._presence.elsewhere([frame.player_id for frame in frames])
        except RedisAway:
            return Missed(missed, sure=False)
        if not where:
            return Missed(missed)
        arrived, sure = await self._forward(frames, where)
        return Missed([frame for frame in missed if frame.message_id not in arrived], sure)

    @staticmethod
    async def _forward(frames: Sequence[Frame], where: Where) -> tuple[set[str], bool]:
        """The ids of those that some node took, and whether every node could be asked."""
        for_node: dict[str, list[Frame]] = {}
        for frame in frames:
            for lease in where.get(frame.player_id, ()):
                for_node.setdefault(lease, []).append(frame)
        posts = [Post(lease, each) for lease, each in for_node.items()]
        answers = await asyncio.gather(*map(redis_post.send, posts), return_exceptions=True)
        arrived: set[str] = set()
        for post, taken in zip(posts, answers, strict=True):
            if taken is True:
                arrived.update(frame.message_id for frame in post.frames)
        return arrived, not any(isinstance(taken, BaseException) for taken in answers)

    async def receive(self, frames: Sequence[Frame]) -> None:
        """From another node. What cannot be written here any more is decided again."""
        missed = await self._here.deliver(frames)
        if missed.frames:
            inbox().decide_again([frame.message_id for frame in missed.frames])

    # --- listeners -------------------------------------------------------------------------------------

    def has_listeners(self) -> bool:
        return bool(self._listening) or self._here.has_listeners()

    def know_listeners(self, members: Iterable[str]) -> None:
        """`members` of redis_keys.LISTENERS."""
        listening: dict[int, set[str]] = {}
        for member in members:
            stage_id, _, lease = member.partition(" ")
            if redis_keys.node_of(lease) != node_id():
                listening.setdefault(int(stage_id), set()).add(lease)
        self._listening = listening

    async def copy_to_listeners(self, frames: Sequence[Frame]) -> None:
        """A copy is a courtesy: where Redis is away, listeners on other nodes go without."""
        players = {frame.player_id for frame in frames}
        present = {player_id for player_id in players if registry.of(player_id)}
        try:
            present |= (await self._presence.elsewhere(list(players))).keys()
            await self._copy_to_nodes(frames, present)
        except RedisAway as away:
            logger.warning("listeners on other nodes miss %d messages: %s", len(frames), away)
        self.copy(frames, present)

    async def _copy_to_nodes(self, frames: Sequence[Frame], present: set[str]) -> None:
        posts = [
            Post(lease, [frame for frame in frames if frame.stage_id == stage_id])
            for stage_id, leases in self._listening.items()
            for lease in leases
        ]
        for batch in redis_post.batches(posts):
            theirs = present & {frame.player_id for frame in batch.frames}
            parcel = parcels.Copies(batch.frames, sorted(theirs))
            await redis_post.publish(redis_keys.to_node(batch.lease), parcel)

    def copy(self, frames: Sequence[Frame], present: Collection[str]) -> None:
        self._here.copy(frames, present)

    # --- sessions --------------------------------------------------------------------------------------

    async def terminate(self, player_id: str, keep: Connection | None = None) -> int:
        ended = await self._here.terminate(player_id, keep)
        await self._tell_of_termination(player_id)
        return ended

    async def _tell_of_termination(self, player_id: str) -> None:
        try:
            await redis_post.publish(redis_keys.TO_EVERY_NODE, parcels.Terminate(player_id, node_id()))
        except RedisAway:
            self._untold.add(player_id)

    async def tell_again(self) -> None:
        """Redis is back: what the others could not be told."""
        untold, self._untold = self._untold, set()
        for player_id in untold:
            await self._tell_of_termination(player_id)

    async def terminated(self, player_id: str, origin: str) -> None:
        """A node logged the player out; its own sockets it has looked after itself."""
        if origin != node_id():
            await self._here.terminate(player_id)
