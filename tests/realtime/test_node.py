"""A process's name among the others."""

from collections.abc import Iterator
from typing import Any

import pytest

from realtime.node import node_id


@pytest.fixture(autouse=True)
def unnamed() -> Iterator[None]:
    node_id.cache_clear()
    yield
    node_id.cache_clear()


def test_node_id_is_the_supervisors(settings: Any) -> None:
    settings.NODE = "first"
    assert node_id() == "first"


def test_node_id_is_new_with_each_process_and_stays() -> None:
    mine = node_id()
    assert node_id() == mine
    node_id.cache_clear()
    assert node_id() != mine
