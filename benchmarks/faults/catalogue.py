"""The faults by name."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from benchmarks.faults import (
    away_players,
    full_disk,
    held_lock,
    kills,
    restarts,
    rude_clients,
    slow_reader,
    stopped_client,
)
from benchmarks.faults.outcome import Outcome
from benchmarks.faults.world import World


@dataclass(frozen=True, slots=True)
class Fault:
    title: str
    run: Callable[[World], Awaitable[Outcome]]


FAULTS = {
    "kills": Fault(kills.TITLE, kills.run),
    "away_players": Fault(away_players.TITLE, away_players.run),
    "stopped_client": Fault(stopped_client.TITLE, stopped_client.run),
    "slow_reader": Fault(slow_reader.TITLE, slow_reader.run),
    "rude_clients": Fault(rude_clients.TITLE, rude_clients.run),
    "full_disk": Fault(full_disk.TITLE, full_disk.run),
    "held_lock": Fault(held_lock.TITLE, held_lock.run),
    "restarts": Fault(restarts.TITLE, restarts.run),
}
