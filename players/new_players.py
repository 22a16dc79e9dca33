"""What happens when a player comes into being: other packages add their own."""

from collections.abc import Callable

from players.models import Player

Welcome = Callable[[Player], None]
_welcomes: list[Welcome] = []


def register_welcome(welcome: Welcome) -> None:
    """`welcome(player)` runs once for each new player, in the transaction that makes them.

    Not for players taken over from another server (players.importing) or brought along by a game document
    (players.seeds): those are what they are said to be.
    """
    _welcomes.append(welcome)


def made(player: Player) -> None:
    for welcome in _welcomes:
        welcome(player)
