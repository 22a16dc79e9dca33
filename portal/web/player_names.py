"""Players by their ids, and by how their names begin: what an index leads to."""

from games.models import Stage
from players.models import Player

MOST = 10
LAST = "\U0010ffff"


def named_players(stage: Stage, asked: str) -> list[Player]:
    """Those with the id first, then by user names, then by display names, `MOST` of each; none twice. Capital
    letters are told from small ones."""
    players = Player.objects.filter(stage=stage)
    exact = list(players.filter(pk=asked))
    by_user_name = players.filter(user_name__gte=asked, user_name__lt=asked + LAST).order_by("user_name")
    by_name = players.filter(display_name__gte=asked, display_name__lt=asked + LAST).order_by("display_name")
    return list({each.pk: each for each in (*exact, *by_user_name[:MOST], *by_name[:MOST])}.values())
