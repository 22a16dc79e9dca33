"""The faults of an installation by name, each with its hit."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from benchmarks.faults.nodes import clients, clock, database, processes, redis
from benchmarks.faults.nodes.cluster import Cluster


@dataclass(frozen=True, slots=True)
class NodesFault:
    """`disk_mb`: PostgreSQL lies on a tmpfs of that size."""

    title: str
    hit: Callable[[Cluster], Awaitable[str]]
    disk_mb: int = 0
    through_doors: bool = False


FAULTS = {
    "kill_serve": NodesFault("kill -9 of a server", processes.kill_serve),
    "kill_worker": NodesFault("kill -9 of a worker", processes.kill_worker),
    "kill_node": NodesFault("kill -9 of a server with its supervisor, and of a worker", processes.kill_node),
    "reload": NodesFault("SIGHUP: servers replaced while they serve", processes.reload),
    "postgres_fast": NodesFault("PostgreSQL restarted (fast)", database.restart_fast),
    "postgres_immediate": NodesFault("PostgreSQL restarted (immediate)", database.restart_immediate),
    "postgres_frozen": NodesFault("every process of PostgreSQL frozen for 20 s", database.freeze),
    "postgres_cut": NodesFault("PostgreSQL ends all connections", database.cut),
    "postgres_full": NodesFault("PostgreSQL's disk is full", database.fill_disk, disk_mb=640),
    "redis_empty": NodesFault("Redis killed and started with empty memory", redis.restart_empty),
    "redis_frozen": NodesFault("Redis frozen for 20 s", redis.freeze),
    "redis_away": NodesFault("Redis away for a minute, with a publish meanwhile", redis.away),
    "redis_cut": NodesFault("one server cut from Redis alone", redis.cut_off),
    "black_hole": NodesFault(
        "a black hole between clients and a server", clients.black_hole, through_doors=True
    ),
    "deaf_clients": NodesFault("clients that stop reading", clients.stop_reading),
    "clock": NodesFault("one server's clock an hour wrong", clock.wrong_by_an_hour),
    "poison": NodesFault("a row in a batch that the database refuses", database.poison),
    "migration": NodesFault("a table changed while it is in use", database.migrate),
}

# What breaks a promise on purpose, and the fault that then loses something.
SABOTAGED = {"written-is-confirmed": "black_hole"}
