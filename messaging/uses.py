"""Where a message type is used: the packages that use types say so, for pages and before one is deleted."""

from collections.abc import Callable

from games.models import Game
from games.uses import Use
from messaging.models import Broadcast

Finder = Callable[[Game, str], list[Use]]  # a game and a type's key
_finders: list[Finder] = []
MOST = 50  # broadcasts that are listed


def register(finder: Finder) -> None:
    _finders.append(finder)


def uses_of(game: Game, key: str) -> list[Use]:
    return [*_broadcasts(game, key), *(use for finder in _finders for use in finder(game, key))]


def _broadcasts(game: Game, key: str) -> list[Use]:
    """Those that go on."""
    message_class, _, ext_code = key.partition("_")
    rows = Broadcast.objects.filter(
        stage__game=game,
        ended_ms__isnull=True,
        message__message_class=message_class,
        message__ext_code=ext_code,
    )
    found = rows.select_related("stage").order_by("-message_id")[:MOST]
    return [Use("broadcast", f"{row.message_id} on {row.stage.name}", needed=True) for row in found]
