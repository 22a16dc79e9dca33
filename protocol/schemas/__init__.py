"""A typed schema for every request of the catalogue, by its class name."""

from collections.abc import Iterator
from types import ModuleType

from protocol.schemas import (
    admin,
    analytics,
    authentication,
    flint,
    leaderboards,
    misc,
    multiplayer,
    player,
    store,
    teams,
)
from protocol.schemas.fields import Schema

_GROUPS = (
    admin, analytics, authentication, flint, leaderboards, misc, multiplayer, player, store, teams
)  # fmt: skip


def _requests(module: ModuleType) -> Iterator[tuple[str, type[Schema]]]:
    for name, value in vars(module).items():
        if name.endswith("Request") and isinstance(value, type) and issubclass(value, Schema):
            yield name, value


SCHEMAS: dict[str, type[Schema]] = dict(pair for module in _GROUPS for pair in _requests(module))
