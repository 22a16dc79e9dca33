"""Players who cannot come any more: what waits for them elsewhere is told, so that it waits no longer."""

from collections.abc import Callable, Collection

DEPARTURE = "departure"  # what the messages that follow say they came of

Tell = Callable[[Collection[str], bool], None]

_told: list[Tell] = []


def on_departure(tell: Tell) -> None:
    """`tell(player_ids, deleted)` runs in the transaction that bans or deletes players, before it does."""
    _told.append(tell)


def departing(player_ids: Collection[str], deleted: bool) -> None:
    """First thing in a transaction that bans or deletes: what the players take part in is locked before their
    own rows. Whoever deletes players, and be it by a query, calls it by that (players.models.player)."""
    if player_ids:
        for tell in _told:
            tell(player_ids, deleted)
