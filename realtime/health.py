"""Whether this process can serve, and what it lacks if it cannot."""

import asyncio
from collections.abc import Awaitable, Callable

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from realtime import database, lifecycle
from realtime.heartbeat import beats_here, workers_seen

DATABASE_PATIENCE = 2.0  # seconds to answer
REDIS_PATIENCE = 1.0

Fault = dict[str, str]  # `what` is missing, and a `detail` for people

_migrated = False


async def faults() -> list[Fault]:
    """What is missing, each part asked at the same time and within its own deadline; nothing when ready."""
    found = [] if not lifecycle.stopping() else [_fault("process", "it is ending")]
    asked = [_ask("database", DATABASE_PATIENCE, _database)]
    if settings.REDIS_URL:
        asked.append(_ask("redis", 2 * REDIS_PATIENCE, _redis))
    for answer in await asyncio.gather(*asked):
        found += answer
    return found


def _fault(what: str, detail: str) -> Fault:
    return {"what": what, "detail": detail}


async def _ask(what: str, patience: float, check: Callable[[], Awaitable[list[Fault]]]) -> list[Fault]:
    """Errors are named by their class alone: their texts may hold addresses and passwords."""
    try:
        async with asyncio.timeout(patience):
            return await check()
    except TimeoutError:
        return [_fault(what, f"no answer within {patience:g} s")]
    except Exception as error:
        return [_fault(what, type(error).__name__)]


async def _redis() -> list[Fault]:
    from realtime.redis import RedisAway, ask

    try:
        await ask(lambda client: client.ping(), REDIS_PATIENCE)
    except RedisAway:
        return [_fault("redis", "it does not answer")]
    return []


async def _database() -> list[Fault]:
    return await database.run(_look)


def _look() -> list[Fault]:
    """Migrations are compared until none is missing; from then on the database only has to answer."""
    global _migrated
    if not _migrated:
        unapplied = _unapplied_migrations()
        if unapplied:
            return [_fault("migrations", f"{name} is not applied") for name in unapplied]
        _migrated = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not beats_here() and not workers_seen():
        return [_fault("worker", "no process has worked in the background lately")]
    return []


def _unapplied_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
