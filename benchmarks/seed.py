"""Fills a fresh database: a game with variants, players with tokens, friends and segments.

`python -m benchmarks.seed PLAYERS WAITING` prints `{"tokens": […], "ids": […]}`. The first half of the
players are senders, each friend of the one at the same place in the second half; there, each player has
WAITING messages.
"""

import json
import os
import sys
from typing import Any

import django

GAME = {
    "format": "flint.game/1",
    "name": "Bench",
    "apiKey": "bench0000001",
    "credentials": [
        {"shortCode": "device", "name": "Device", "secret": "device-secret"},
        {
            "shortCode": "server",
            "name": "Server",
            "secret": "server-secret",
            "player": False,
            "restPolicy": "allowed",
        },
    ],
    "messages": [
        {
            "shortCode": "FriendMessage",
            "template": "${who} says: ${message}",
            "title": "A message",
            "variants": [
                {
                    "segmentQuery": "FRENCH",
                    "template": "${who} dit : ${message}",
                    "title": "Un message",
                    "json": {},
                }
            ],
        }
    ],
    "messageExtensions": [{"shortCode": "NEWS", "name": "News", "template": "News: ${data.text}"}],
    "segments": [{"shortCode": "COUNTRY", "name": "", "values": [{"shortCode": "FR"}, {"shortCode": "GB"}]}],
    "segmentQueries": [
        {"shortCode": "FRENCH", "query": {"all": [{"segment": "COUNTRY", "is": "FR"}]}},
        {
            "shortCode": "EVERYBODY",
            "query": {"any": [{"segment": "COUNTRY", "is": "FR"}, {"segment": "COUNTRY", "is": "GB"}]},
        },
    ],
}


def seed(count: int, waiting: int) -> dict[str, Any]:
    from django.db import transaction

    from games.documents import import_game
    from games.events import PlatformEvent
    from games.models import Stage
    from games.signals import platform_event
    from players.models import AuthToken, Friendship, Player
    from players.tokens import LIFETIME_MS, token_hash
    from protocol.dates import now_ms
    from protocol.run import Run

    import_game(json.dumps(GAME), author=None)
    stage, now = Stage.objects.get(game__api_key=GAME["apiKey"], name="preview"), now_ms()
    players = [
        Player(
            stage=stage, display_name=f"Player {number}", segments={"COUNTRY": "FR" if number % 2 else "GB"}
        )
        for number in range(count)
    ]
    Player.objects.bulk_create(players, 500)
    tokens = [f"token-of-{player.id}" for player in players]
    AuthToken.objects.bulk_create(
        [
            AuthToken(
                hash=token_hash(token),
                player=player,
                created_ms=now,
                used_ms=now,
                expires_ms=now + LIFETIME_MS,
            )
            for player, token in zip(players, tokens, strict=True)
        ],
        500,
    )
    half = count // 2
    pairs = list(zip(players[:half], players[half:], strict=False))
    Friendship.objects.bulk_create(
        [
            Friendship(player=one, friend=other, source="linked")
            for pair in pairs
            for one, other in (pair, pair[::-1])
        ],
        500,
    )
    for start in range(0, half if waiting else 0, 100):
        for _ in range(waiting):
            with transaction.atomic():
                event = PlatformEvent(
                    stage_id=stage.pk,
                    message_class="ScriptMessage",
                    ext_code="NEWS",
                    data={"data": {"text": "while you were away"}},
                    player_ids=tuple(player.id for player in players[half:][start : start + 100]),
                )
                platform_event.send(sender="seed", run=Run(), event=event)
    return {"tokens": tokens, "ids": [player.id for player in players]}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    print(json.dumps(seed(int(sys.argv[1]), int(sys.argv[2]))))
