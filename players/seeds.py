"""Players that a game document brings along for a stage."""

from typing import Any

from games.models import Stage
from players import friends, passwords
from players.models import Player


def seed_players(stage: Stage, items: list[dict[str, Any]]) -> None:
    """Make or update each by user name, then tie the friends; nobody is deleted and no friendship ended.

    `items` are the document's `players`, validated and complete, in the caller's transaction.
    """
    players = {item["userName"]: _seed(stage, item) for item in items}
    for item in items:
        others = [players[name].pk for name in item["friends"]]
        friends.link(players[item["userName"]].pk, others, friends.SERVER)


def _seed(stage: Stage, item: dict[str, Any]) -> Player:
    known = Player.objects.filter(stage=stage, user_name=item["userName"]).first()
    player = known or Player(stage=stage, user_name=item["userName"])
    player.display_name = item["displayName"] or player.display_name or item["userName"]
    player.segments = {**player.segments, **item["segments"]}
    if not passwords.matches(item["password"], player.password):
        player.password = passwords.encode(item["password"])
    player.save()
    return player
