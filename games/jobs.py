"""Jobs of games: `(name, seconds between starts, function run in a database thread)`."""

from collections.abc import Callable

from games.config_store import configs
from games.recycling import sweep


def refresh_configs() -> None:
    """What another process changed is picked up here; a change in this one, on its commit."""
    configs.refresh()


EVERYWHERE: list[tuple[str, float, Callable[[], bool | None]]] = [
    ("games.refresh_configs", 0.5, refresh_configs)
]
JOBS: list[tuple[str, float, Callable[[], bool | None]]] = [("games.sweep_recycled", 3600.0, sweep)]
