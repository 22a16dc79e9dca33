"""Publishes frames to nodes, in batches that are bounded in bytes, several in one round trip."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from redis.asyncio import Redis

from realtime import parcels, redis_keys
from realtime.redis import ask
from realtime.redis_batcher import RedisBatcher
from realtime.router import Frame

BATCH_BYTES = 256 * 1024  # of documents, one document at least
BATCH_FRAMES = 500
FLIGHT_BYTES = 1024 * 1024  # in a round trip, each of which has its own deadline


@dataclass(slots=True, eq=False)
class Post:
    """Frames for one node."""

    lease: str
    frames: Sequence[Frame]


@dataclass(slots=True)
class Batch:
    """What is published at once; `posts` are the positions of the posts that it holds something of."""

    lease: str
    frames: list[Frame] = field(default_factory=list)
    posts: set[int] = field(default_factory=set)
    size: int = 0

    def has_room_for(self, frame: Frame) -> bool:
        return len(self.frames) < BATCH_FRAMES and self.size + len(frame.document) <= BATCH_BYTES

    def add(self, position: int, frame: Frame) -> None:
        self.frames.append(frame)
        self.posts.add(position)
        self.size += len(frame.document)


async def _publish(posts: list[Post]) -> list[bool]:
    taken = [True] * len(posts)
    for flight in flights(batches(posts)):
        heard = await ask(partial(_fly, flight))
        for batch, subscribers in zip(flight, heard, strict=True):
            if not subscribers:
                for position in batch.posts:
                    taken[position] = False
    return taken


# Whether the node took all of a post: False when for some of it nobody was listening. Raises RedisAway.
send: RedisBatcher[Post, bool] = RedisBatcher(_publish)


async def publish(channel: str, parcel: parcels.Parcel) -> None:
    """One parcel by itself. Raises RedisAway."""
    await ask(lambda client: client.publish(channel, parcels.encode(parcel)))


def batches(posts: Sequence[Post]) -> Iterator[Batch]:
    """All that goes to a node, in its order."""
    unfinished: dict[str, Batch] = {}
    for position, post in enumerate(posts):
        for frame in post.frames:
            batch = unfinished.get(post.lease)
            if batch is None or (batch.frames and not batch.has_room_for(frame)):
                if batch is not None:
                    yield batch
                batch = unfinished[post.lease] = Batch(post.lease)
            batch.add(position, frame)
    yield from unfinished.values()


def flights(found: Iterator[Batch]) -> Iterator[list[Batch]]:
    flight: list[Batch] = []
    for batch in found:
        flight.append(batch)
        if sum(each.size for each in flight) >= FLIGHT_BYTES:
            yield flight
            flight = []
    if flight:
        yield flight


async def _fly(flight: Sequence[Batch], client: Redis) -> list[int]:
    """How many subscribers each batch reached."""
    pipeline = client.pipeline(transaction=False)
    for batch in flight:
        pipeline.publish(redis_keys.to_node(batch.lease), parcels.encode(parcels.Deliver(batch.frames)))
    heard: list[int] = await pipeline.execute()
    return heard
