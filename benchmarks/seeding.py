"""Fills a fresh database: a game with variants, players with tokens, friends and segments.

The first half of the players are senders, each a friend of the one at the same place in the second half;
there, each has messages waiting.
"""

import json

from django.db import transaction

from benchmarks.game import GAME
from games.documents import import_game
from games.events import PlatformEvent
from games.models import Stage
from games.signals import platform_event
from players.models import AuthToken, Friendship, Player
from players.tokens import LIFETIME_MS, token_hash
from protocol.dates import now_ms
from protocol.run import Run

BATCH = 500
AUDIENCE = 100  # of one message


def seed(count: int, waiting: int) -> dict[str, list[str]]:
    """Tokens and ids of the players, in one order."""
    import_game(json.dumps(GAME), author=None)
    stage = Stage.objects.get(game__api_key=GAME["apiKey"], name="preview")
    players = [_player(stage, number) for number in range(count)]
    Player.objects.bulk_create(players, BATCH)
    tokens = [f"token-of-{player.id}" for player in players]
    AuthToken.objects.bulk_create(map(_token, players, tokens), BATCH)
    first, second = players[: count // 2], players[count // 2 :]
    links = [pair for one, other in zip(first, second, strict=False) for pair in ((one, other), (other, one))]
    Friendship.objects.bulk_create(
        [Friendship(player=one, friend=other, source="linked") for one, other in links], BATCH
    )
    ids = [player.id for player in players]
    for start in range(count // 2, count, AUDIENCE):
        for _ in range(waiting):
            _send(stage, ids[start : start + AUDIENCE])
    return {"tokens": tokens, "ids": ids}


def _player(stage: Stage, number: int) -> Player:
    segments = {"COUNTRY": "FR" if number % 2 else "GB"}
    return Player(stage=stage, display_name=f"Player {number}", segments=segments)


def _token(player: Player, token: str) -> AuthToken:
    now = now_ms()
    return AuthToken(
        hash=token_hash(token), player=player, created_ms=now, used_ms=now, expires_ms=now + LIFETIME_MS
    )


def _send(stage: Stage, player_ids: list[str]) -> None:
    event = PlatformEvent(
        stage_id=stage.pk,
        message_class="ScriptMessage",
        ext_code="NEWS",
        data={"data": {"text": "while you were away"}},
        player_ids=tuple(player_ids),
    )
    with transaction.atomic():
        platform_event.send(sender="seed", run=Run(), event=event)
