"""What is looked at while a soak runs: what the clients feel, what the server holds."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from benchmarks.loads.sockets import resident_kb
from tests.live_database import LiveDatabase

EVERY_SECONDS = 5.0
_CONNECTIONS = "SELECT count(*) AS number FROM pg_stat_activity WHERE datname = current_database()"


class Felt(msgspec.Struct, frozen=True):
    """By the clients: counts since the beginning, latencies of the last few seconds."""

    sent: int
    delivered: int
    repeated: int
    refused: int
    replaced: int
    p50_ms: float
    p99_ms: float


class Sample(msgspec.Struct, frozen=True):
    """`minute` since the beginning; `memory_mb` and `descriptors` of all the server's processes."""

    minute: float
    felt: Felt
    memory_mb: float
    descriptors: int
    connections: int


def take(minute: float, felt: Felt, pids: Sequence[int], database: LiveDatabase) -> Sample:
    processes = [each for pid in pids for each in with_children(pid)]
    return Sample(
        minute=round(minute, 3),
        felt=felt,
        memory_mb=round(sum(map(resident_kb, processes)) / 1024, 1),
        descriptors=sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in processes),
        connections=_connections(database),
    )


def with_children(pid: int) -> list[int]:
    """A process and those that it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in with_children(int(child)))]


def _connections(database: LiveDatabase) -> int:
    """Open ones but the one that asks; SQLite has none."""
    if not database.url.startswith("postgresql"):
        return 0
    return int(database.rows(_CONNECTIONS)[0]["number"]) - 1
