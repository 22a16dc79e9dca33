"""System checks of the PostgreSQL and the Redis in use, with `manage.py check --deploy`: whether they keep
what they took. A service that cannot be asked is named by /readyz; here it is a warning."""

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import DEFAULT_DB_ALIAS, DatabaseError, NotSupportedError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

REDIS_SECONDS = 2.0

_UNSAFE = {
    "fsync": Error(
        "PostgreSQL's fsync is off: a power cut destroys the database.",
        hint="Switch it on in postgresql.conf.",
        id="flint.E012",
    ),
    "full_page_writes": Error(
        "PostgreSQL's full_page_writes is off: a power cut may destroy pages of the database.",
        hint="Switch it on in postgresql.conf.",
        id="flint.E013",
    ),
    "synchronous_commit": Warning(
        "PostgreSQL's synchronous_commit is off: messages that were answered as stored may be lost.",
        hint="Leave it on for Flint's database: many commits share one write to the disk anyway.",
        id="flint.W012",
    ),
}


def postgresql() -> Iterator[CheckMessage]:
    yield from faults_of(connections[DEFAULT_DB_ALIAS])


def faults_of(connection: BaseDatabaseWrapper) -> Iterator[CheckMessage]:
    if connection.vendor != "postgresql":
        return
    try:
        with connection.cursor() as cursor:
            for name, finding in _UNSAFE.items():
                cursor.execute("SELECT current_setting(%s)", [name])
                if cursor.fetchone()[0] == "off":
                    yield finding
    except NotSupportedError as old:
        yield Error(f"{str(old).strip()}", hint="Upgrade PostgreSQL.", id="flint.E011")
    except DatabaseError:
        yield Warning("DATABASE_URL: PostgreSQL does not answer, so it was not checked.", id="flint.W011")


def redis() -> Iterator[CheckMessage]:
    """INFO, since hosted ones refuse CONFIG."""
    if not settings.REDIS_URL:
        return
    # Only here: it takes a while to load.
    from redis.exceptions import RedisError

    from realtime.redis_clients import connect_blocking

    try:
        with connect_blocking(REDIS_SECONDS) as client:
            memory = client.info("memory")
    except (RedisError, OSError):
        yield Warning("REDIS_URL: Redis does not answer, so it was not checked.", id="flint.W010")
        return
    policy = memory.get("maxmemory_policy", "noeviction")
    if policy != "noeviction" and memory.get("maxmemory"):
        yield Error(
            f"Redis may evict keys (maxmemory-policy {policy}): players who are online would count as away.",
            hint="Set maxmemory-policy to noeviction, and give it enough memory (docs/operations.md).",
            id="flint.E010",
        )
