"""realtime.database against a PostgreSQL that is restarted, frozen and cut off."""

import asyncio
import gc
import threading
import time
import weakref

import pytest
from django.db import OperationalError, connection, transaction

from realtime import database
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.postgresql

EVERY_THREAD = database.ANSWERS.size
BACK_WITHIN = 20.0  # seconds; a quiet machine needs one or two


def make_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE note (text text NOT NULL)")


def write(text: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO note VALUES (%s)", [text])


def sleep(seconds: float, begins: threading.Event | None = None) -> None:
    with connection.cursor() as cursor:
        if begins is not None:
            begins.set()
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


def notes() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM note ORDER BY text")
        return [text for (text,) in cursor.fetchall()]


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])


async def connect_every_thread() -> None:
    await asyncio.gather(*[database.run(sleep, 0.2) for _ in range(EVERY_THREAD)])


async def until_it_answers() -> float:
    """Seconds until a job succeeds, asking as clients do who were refused."""
    began = time.monotonic()
    async with asyncio.timeout(BACK_WITHIN):
        while True:
            try:
                await database.run(sleep, 0)
            except OperationalError:
                await asyncio.sleep(0.1)
            else:
                return time.monotonic() - began


async def test_restart_costs_no_job_of_any_thread(own_postgres: PostgresServer) -> None:
    await database.run(make_table)
    await connect_every_thread()
    await asyncio.to_thread(own_postgres.restart)
    await asyncio.gather(*[database.run(write, str(number)) for number in range(EVERY_THREAD)])
    assert len(await database.run(notes)) == EVERY_THREAD


async def test_cut_connections_cost_no_job_of_any_thread(own_postgres: PostgresServer) -> None:
    await database.run(make_table)
    await connect_every_thread()
    assert await asyncio.to_thread(own_postgres.cut_connections) >= EVERY_THREAD
    await asyncio.gather(*[database.run(write, str(number)) for number in range(EVERY_THREAD)])
    assert len(await database.run(notes)) == EVERY_THREAD


async def test_job_under_way_when_its_connection_is_cut_fails_and_the_next_does_not(
    own_postgres: PostgresServer,
) -> None:
    await connect_every_thread()
    begins = threading.Event()
    under_way = asyncio.ensure_future(database.run(sleep, 3.0, begins))
    await asyncio.to_thread(begins.wait, 10)
    await asyncio.to_thread(own_postgres.cut_connections)
    with pytest.raises(OperationalError):
        await under_way
    await database.run(sleep, 0)


async def test_frozen_database_refuses_everybody_within_their_patience_and_is_back_at_once(
    own_postgres: PostgresServer,
) -> None:
    await database.run(make_table)
    await connect_every_thread()
    with own_postgres.frozen():
        began = time.monotonic()
        jobs = [database.run(write, f"frozen {number}") for number in range(5 * EVERY_THREAD)]
        results = await asyncio.gather(*jobs, return_exceptions=True)
        took = time.monotonic() - began
        assert {type(result) for result in results} == {OperationalError}
        assert 3.5 < took < 6.0
        with pytest.raises(OperationalError):
            await database.run(write, "while it is frozen")
    assert await until_it_answers() < BACK_WITHIN
    await database.run(write, "after")
    assert "after" in await database.run(notes)


async def test_stopped_database_is_reached_again_once_it_is_back(own_postgres: PostgresServer) -> None:
    await connect_every_thread()
    await asyncio.to_thread(own_postgres.kill)
    with pytest.raises(OperationalError):
        await database.run(sleep, 0)
    began = time.monotonic()
    with pytest.raises(OperationalError):
        await database.run(sleep, 0)
    assert time.monotonic() - began < 4.0
    await asyncio.to_thread(own_postgres.start)
    assert await until_it_answers() < BACK_WITHIN


async def test_server_ends_a_statement_that_outlasts_its_patience(own_postgres: PostgresServer) -> None:
    began = time.monotonic()
    with pytest.raises(OperationalError, match="statement timeout"):
        await database.run(sleep, 30.0)
    assert time.monotonic() - began < 6.0
    await database.run(sleep, 0)


async def test_background_work_has_threads_and_a_patience_of_its_own(own_postgres: PostgresServer) -> None:
    async def in_background(name: str) -> str:
        database.in_background()
        return await database.run(setting, name)

    assert await database.run(setting, "statement_timeout") == "3500ms"
    assert await asyncio.create_task(in_background("statement_timeout")) == "59500ms"
    assert await database.run(setting, "statement_timeout") == "3500ms"
    assert await database.run(setting, "idle_in_transaction_session_timeout") == "15s"


async def test_a_job_that_was_given_up_before_a_thread_took_it_is_forgotten(
    own_postgres: PostgresServer,
) -> None:
    class Work:
        def __call__(self) -> None:
            raise AssertionError("a thread took it")

    held = threading.Event()
    under_way = [asyncio.ensure_future(database.run(held.wait, 30.0)) for _ in range(EVERY_THREAD)]
    waiting = asyncio.ensure_future(database.run(work := Work()))
    await asyncio.sleep(0)  # all of them are in the queue
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    held.set()
    await asyncio.gather(*under_way)
    await database.run(sleep, 0)  # what came before it is out of the queue
    kept = weakref.ref(work)
    del work, waiting
    gc.collect()
    assert kept() is None
