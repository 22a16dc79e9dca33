from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.realtime.supervised import Supervised


@pytest.fixture
async def supervise(tmp_path: Path) -> AsyncIterator[Callable[..., Supervised]]:
    """Starts tiny servers under a supervisor, that end with the test."""
    made: list[Supervised] = []

    def start(
        size: int = 2, before: tuple[str, ...] = (), forked: bool = False, **options: Any
    ) -> Supervised:
        supervised = Supervised(tmp_path, size, **options)
        supervised.start(before, forked)
        made.append(supervised)
        return supervised

    yield start
    for supervised in made:
        await supervised.kill()
