"""The faults of `make faults` in their short forms: fewer, smaller, sooner."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.faults.world import World


@pytest.fixture
async def world(server_template: Path, tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path, server_template, short=True)
    yield world
    await world.end()
