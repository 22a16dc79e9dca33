"""Jobs of each process: `(name, seconds between starts, function run in a database thread)`."""

from collections.abc import Callable

from games.config_store import configs


def refresh_configs() -> None:
    """What another process changed is picked up here; a change in this one, on its commit."""
    configs.refresh()


EVERYWHERE: list[tuple[str, float, Callable[[], bool | None]]] = [
    ("games.refresh_configs", 0.5, refresh_configs)
]
