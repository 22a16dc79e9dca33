"""Pages of one game's: which one, where its operator works on several."""

from django.http import Http404, HttpRequest

from games.admin_access import games_with
from games.models import Game

MOST_GAMES = 200


def asked_game(request: HttpRequest) -> tuple[list[Game], Game | None]:
    """The operator's games by name, and the one that `?game=` asks for; the only one needs no asking.

    Raises Http404 for one that is not the operator's.
    """
    games = list(games_with(request).order_by("name", "id")[:MOST_GAMES])
    asked = request.GET.get("game", "")
    if not asked:
        return games, games[0] if len(games) == 1 else None
    game = games_with(request).filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None
    if game is None:
        raise Http404
    return games, game
