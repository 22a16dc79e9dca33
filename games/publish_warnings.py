"""What whoever publishes a game should know of, from the packages that know it; nothing of it refuses."""

from collections.abc import Callable, Iterable

from games.models import Game

Warn = Callable[[Game], Iterable[str]]
_registered: list[Warn] = []


def on_publishing(warn: Warn) -> None:
    """`warn` gives sentences. Registered once, when the package starts."""
    _registered.append(warn)


def publish_warnings(game: Game) -> list[str]:
    return [sentence for warn in _registered for sentence in warn(game)]
