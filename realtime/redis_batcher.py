"""Many small questions to Redis, one round trip."""

from collections.abc import Awaitable, Callable, Sequence

from realtime.batcher import Gatherer, K, V, like

LIMIT = 500


class RedisBatcher(Gatherer[K, V]):
    """`await batcher(key)` answers from `flush(keys)`, a coroutine that keeps deadlines of its own.

    `flush` returns one result a key, in order. What it raises, such as RedisAway, is raised for every key.
    """

    def __init__(self, flush: Callable[[list[K]], Awaitable[Sequence[V]]]) -> None:
        super().__init__(flush, LIMIT)
        self._flush = flush

    async def _results(self, keys: list[K]) -> Sequence[V | Exception]:
        try:
            return await self._flush(keys)
        except Exception as error:
            return like(error, keys)
