"""Whose name log lines bear, through threads, batches and jobs."""

import asyncio
from collections.abc import Mapping

import pytest

from protocol.log_context import doing, log_fields
from realtime import database
from realtime.batcher import Gatherer
from realtime.worker import Job, Worker

pytestmark = pytest.mark.django_db(transaction=True)


class Anna:
    def log_fields(self) -> Mapping[str, str]:
        return {"player": "anna"}


async def test_handler_in_a_database_thread_bears_its_request() -> None:
    async def handle() -> str:
        doing.set(Anna())
        return await database.run_handler(lambda: log_fields()["player"])

    assert await asyncio.create_task(handle()) == "anna"


class Names(Gatherer[int, str]):
    """Answers every key with the name that the round bears."""

    async def _results(self, keys: list[int]) -> list[str | Exception]:
        return [log_fields().get("player", "nobody") for _ in keys]


async def test_batch_of_many_bears_nobodys_name() -> None:
    async def ask() -> str:
        doing.set(Anna())
        return await Names(log_fields, limit=10)(1)

    assert await asyncio.create_task(ask()) == "nobody"


async def test_job_bears_its_own_name() -> None:
    seen: asyncio.Future[Mapping[str, str]] = asyncio.get_running_loop().create_future()

    async def run() -> None:
        if not seen.done():
            seen.set_result(log_fields())

    worker = Worker([Job("games.example", 1.0, run)])
    await worker.start()
    assert await asyncio.wait_for(seen, 10) == {"job": "games.example"}
    await worker.stop()
    assert log_fields() == {}
