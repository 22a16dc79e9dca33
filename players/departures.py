"""Players who cannot come any more: what waits for them elsewhere is told, so that it waits no longer."""

from collections.abc import Callable

_told: list[Callable[[str], None]] = []


def on_departure(tell: Callable[[str], None]) -> None:
    """`tell(player_id)` runs in the transaction that bans or deletes the player, and before it does."""
    _told.append(tell)


def departing(player_id: str) -> None:
    """To be called by whoever bans or deletes a player, first thing in the transaction: what the player takes
    part in is locked before the player's own row."""
    for tell in _told:
        tell(player_id)
