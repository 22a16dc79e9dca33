"""The faults of many processes in their short form: one installation suffers several, one after the other."""

from pathlib import Path

import pytest

from benchmarks.faults.nodes.catalogue import FAULTS
from benchmarks.faults.nodes.running import run

pytestmark = pytest.mark.postgresql
SHORT = (
    "kill_serve",
    "kill_worker",
    "kill_node",
    "reload",
    "postgres_immediate",
    "postgres_frozen",
    "postgres_cut",
    "redis_empty",
    "redis_frozen",
    "redis_away",
    "redis_cut",
    "deaf_clients",
    "poison",
    "migration",
)


async def test_nothing_is_lost_while_an_installation_suffers(tmp_path: Path) -> None:
    outcome = await run([FAULTS[name] for name in SHORT], tmp_path, short=True, simulated=True)
    assert (outcome.lost, outcome.figures["hits"]) == (0, len(SHORT))
    assert int(outcome.figures["pushes delivered"]) > 0


async def test_a_server_that_takes_written_for_confirmed_loses_messages(tmp_path: Path) -> None:
    outcome = await run([FAULTS["black_hole"]], tmp_path, short=True, sabotage="written-is-confirmed")
    assert outcome.lost > 0
