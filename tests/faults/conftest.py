"""The faults of `make faults` in their short forms: fewer, smaller, sooner."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.faults.world import World
from tests import backend
from tests.live_database import LiveDatabase
from tests.server_template import ServerTemplate


@pytest.fixture
def migrated_folder(migrated_database: LiveDatabase, tmp_path: Path) -> Path:
    """For an installation; on SQLite with the database, which it would have to migrate otherwise."""
    if backend.chosen == backend.SQLITE:
        migrated_database.copy_to(tmp_path / "server")
    return tmp_path


@pytest.fixture
async def world(server_template: ServerTemplate, tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path, server_template.folder, short=True)
    yield world
    await world.end()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These harm one process on SQLite."""
    for item in items:
        if "world" in getattr(item, "fixturenames", ()):
            item.add_marker("sqlite")
