"""PostgreSQL is restarted, frozen, cut off, filled up, given a row that it refuses, and migrated."""

import asyncio
import contextlib
import os
import signal
import time
from typing import IO, LiteralString

import psycopg

from benchmarks.faults.nodes.cluster import Cluster
from benchmarks.faults.nodes.processes import family, state
from benchmarks.faults.outcome import FaultFailed
from bin.services import Postgres

FROZEN, SHORT_FROZEN = 20.0, 3.0
FULL_SECONDS = 2.0
POISON = "poison"
_REFUSE_POISON = f"""
CREATE OR REPLACE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a row that the database refuses' USING ERRCODE = 'check_violation'; END $$;
CREATE OR REPLACE TRIGGER refuse_poison BEFORE INSERT ON messaging_playermessage
FOR EACH ROW WHEN (NEW.document LIKE '%"message":"{POISON}%') EXECUTE FUNCTION refuse_poison();
"""
_EXPAND: tuple[LiteralString, ...] = (
    "ALTER TABLE messaging_playermessage ADD COLUMN expanded integer NOT NULL DEFAULT 7",
    "CREATE INDEX CONCURRENTLY expanded_by ON messaging_playermessage (expanded)",
    "DROP INDEX CONCURRENTLY expanded_by",
    "ALTER TABLE messaging_playermessage DROP COLUMN expanded",
)


async def restart_fast(cluster: Cluster) -> str:
    return await _restart(cluster, signal.SIGINT)


async def restart_immediate(cluster: Cluster) -> str:
    return await _restart(cluster, signal.SIGQUIT)


async def _restart(cluster: Cluster, how: signal.Signals) -> str:
    process = cluster.postgres.process
    assert process
    process.send_signal(how)
    cluster.struck()
    await asyncio.to_thread(process.wait, 60)
    try:
        psycopg.connect(cluster.database.url, connect_timeout=2).close()
    except psycopg.OperationalError:
        pass
    else:
        raise FaultFailed("the database still answers")
    await asyncio.to_thread(cluster.postgres.start)
    return "refused connections"


async def freeze(cluster: Cluster) -> str:
    """Every process of PostgreSQL stands still."""
    assert cluster.postgres.process
    frozen = family(cluster.postgres.process.pid)
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    cluster.struck()
    try:
        await asyncio.sleep(SHORT_FROZEN if cluster.short else FROZEN)
        states = {state(pid) for pid in frozen}
    finally:
        for pid in frozen:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
    if states != {"T"}:
        raise FaultFailed(f"the database's processes were {states}, not stopped")
    return "every process stopped"


async def cut(cluster: Cluster) -> str:
    """The connections of all of Flint's processes are ended by the database."""
    sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'flint'"
    cut = await asyncio.to_thread(cluster.database.rows, sql)
    cluster.struck()
    if not cut:
        raise FaultFailed("no connection was there to be cut")
    return "connections cut"


async def fill_disk(cluster: Cluster) -> str:
    """PostgreSQL's disk, a small tmpfs, has no room; a database that gave up is started again after."""
    folder, filling = cluster.postgres.folder, cluster.postgres.folder / "filling"
    with filling.open("wb", buffering=0) as file:
        _fill(file)
        cluster.struck()
        full_until = time.monotonic() + FULL_SECONDS
        while time.monotonic() < full_until:
            await asyncio.sleep(0.02)
            _fill(file)  # also what a database that gives up gives back
    free = os.statvfs(folder)
    left = free.f_bavail * free.f_frsize
    filling.unlink()
    process = cluster.postgres.process
    assert process
    await asyncio.sleep(0.5)
    if process.poll() is not None:
        await asyncio.to_thread(cluster.postgres.start)
    await asyncio.to_thread(_wait_answers, cluster.postgres)
    if left > 65536:
        raise FaultFailed(f"{left} bytes were free on a full disk")
    return "no room left"


def _fill(file: IO[bytes]) -> None:
    """Write until there is no room."""
    with contextlib.suppress(OSError):
        while True:
            file.write(bytes(65536))


async def poison(cluster: Cluster) -> str:
    """One row among a burst's is refused by the database; the others of its batch are not."""
    await asyncio.to_thread(cluster.database.execute, _REFUSE_POISON)
    answer = await cluster.ask(f"{POISON} of this hit")
    cluster.struck()
    if "error" not in answer:
        raise FaultFailed(f"the poison was taken: {answer}")
    return "the database refused the row"


async def migrate(cluster: Cluster) -> str:
    """Columns and indexes come and go as an expanding and a contracting migration have it."""

    def run() -> None:
        with psycopg.connect(cluster.database.url, autocommit=True) as connection:
            connection.execute("SET lock_timeout = '5s'")
            for statement in _EXPAND:
                connection.execute(statement)

    migrating = asyncio.create_task(asyncio.to_thread(run))
    await asyncio.sleep(0)
    cluster.struck()
    await migrating
    return "column and index came and went"


def _wait_answers(postgres: Postgres, within: float = 60) -> None:
    deadline = time.monotonic() + within
    while not postgres.answers():
        if time.monotonic() > deadline:
            raise FaultFailed(f"PostgreSQL does not answer {within} s after the fault")
        time.sleep(0.1)
