"""Players who cannot come any more: what waits for them elsewhere is told, so that it waits no longer."""

from collections.abc import Callable

_told: list[Callable[[str], None]] = []


def on_departure(tell: Callable[[str], None]) -> None:
    """`tell(player_id)` runs in the transaction that bans the player, or before it deletes them."""
    _told.append(tell)


def departing(player_id: str) -> None:
    """To be called inside the transaction, by whoever bans a player or is about to delete one."""
    for tell in _told:
        tell(player_id)
