"""Many small questions, one statement: whatever arrives while one batch runs is the next batch."""

import asyncio
import copy
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from django.db import InterfaceError, OperationalError

from protocol import tracing
from protocol.log_context import nobody
from realtime import database, metrics

K = TypeVar("K")
V = TypeVar("V")


class Gatherer(ABC, Generic[K, V]):
    """`await gatherer(key)`: one round for all keys that came during the last one. No timer."""

    def __init__(self, flush: Callable[..., object], limit: int) -> None:
        """`flush` gives it its name in metrics and traces. `limit`: keys a round."""
        self.name = getattr(flush, "__name__", type(flush).__name__)
        self._limit = limit
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: list[tuple[K, asyncio.Future[V]]] = []
        self._worker: asyncio.Task[None] | None = None

    def __call__(self, key: K) -> asyncio.Future[V]:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._waiting, self._worker = loop, [], None
        future: asyncio.Future[V] = loop.create_future()
        self._waiting.append((key, future))
        tracing.follow(future, self.name)
        if self._worker is None:
            # In nobody's context: a batch is of many, and goes on with those who come next.
            self._worker = loop.create_task(self._work(), context=nobody())
        return future

    async def many(self, keys: Sequence[K]) -> list[V]:
        """The answers of several keys, in their order. Raises the first fault."""
        if len(keys) == 1:  # nearly always, where many senders write to one player each
            return [await self(keys[0])]
        return list(await asyncio.gather(*[self(key) for key in keys]))

    async def _work(self) -> None:
        batch: list[tuple[K, asyncio.Future[V]]] = []
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
                _answer(batch, await self._results([key for key, _ in batch]))
        except asyncio.CancelledError:  # the process ends
            for _, future in [*batch, *self._waiting]:
                future.cancel()
            self._waiting = []
            raise
        finally:
            self._worker = None

    @abstractmethod
    async def _results(self, keys: list[K]) -> Sequence[V | Exception]:
        """One result a key, in order; an exception is raised for its key alone. Raises nothing itself."""


class Batcher(Gatherer[K, V]):
    """`await batcher(key)` answers from `flush(keys)`: in a database thread, one flush at a time, no timer.

    `flush` returns one result a key, in order; a result that is an exception is raised for that key alone.
    If it raises, its own transaction must have left nothing: it is called again for each key by itself, so
    that one bad key fails alone. When the database itself is the trouble, all keys fail with it at once.
    A key once handed in is flushed whether or not its waiter is still there.
    """

    def __init__(self, flush: Callable[[list[K]], Sequence[V | Exception]], limit: int = 1000) -> None:
        super().__init__(flush, limit)
        self._flush = flush

    async def _results(self, keys: list[K]) -> Sequence[V | Exception]:
        began = time.perf_counter()
        try:
            results = await database.run(self._flush_all, keys)
        except Exception as error:  # the database is in trouble, or its threads have ended
            return like(error, keys)
        finally:
            metrics.batch_keys.observe(len(keys), self.name)
            metrics.batch_seconds.observe(time.perf_counter() - began, self.name)
        if len(results) != len(keys):
            return [
                RuntimeError(f"{self._flush!r}: {len(results)} results for {len(keys)} keys") for _ in keys
            ]
        return results

    def _flush_all(self, keys: list[K]) -> Sequence[V | Exception]:
        try:
            return self._flush(keys)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            return [error] if len(keys) == 1 else self._one_by_one(keys)

    def _one_by_one(self, keys: list[K]) -> list[V | Exception]:
        results: list[V | Exception] = []
        for position, key in enumerate(keys):
            try:
                results.extend(self._flush([key]))
            except (OperationalError, InterfaceError) as error:
                return results + like(error, keys[position:])
            except Exception as error:
                results.append(error)
        return results


def _answer(batch: list[tuple[K, asyncio.Future[V]]], results: Sequence[V | Exception]) -> None:
    for (_, future), result in zip(batch, results, strict=True):
        if future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)


def like(error: Exception, keys: Sequence[object]) -> list[Exception]:
    """A copy for each waiter: one exception raised in many places would collect all their tracebacks."""
    return [copy.copy(error).with_traceback(None) for _ in keys]
