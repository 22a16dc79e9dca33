"""Fixtures that packages share, taken into a package's conftest by name.

Models are imported inside: conftests load before Django is set up.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from games.models import Stage
    from players.models import Player


@pytest.fixture(autouse=True)
def no_cached_configuration() -> Iterator[None]:
    """Stage ids come again after a rollback, so nothing of the last test may be cached under them."""
    from games.config_store import configs
    from games.snapshots import working_version
    from portal.web.unpublished import compared

    configs.clear()
    working_version.cache_clear()
    compared.cache_clear()
    yield
    configs.clear()


@pytest.fixture
def add_player(stage: "Stage") -> "Callable[..., Player]":
    """`add_player("ana", segments={…})`: a player of the package's `stage`, named by their user name."""
    from players.models import Player

    def add(user_name: str, **fields: Any) -> Player:
        fields = {"stage": stage, "display_name": user_name.title(), **fields}
        return Player.objects.create(user_name=user_name, **fields)

    return add


@pytest.fixture
def ana(add_player: "Callable[..., Player]") -> "Player":
    return add_player("ana")


@pytest.fixture
def bo(add_player: "Callable[..., Player]") -> "Player":
    return add_player("bo")
