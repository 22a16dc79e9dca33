"""The game that is measured: friend messages with variants by segment, news, a leaderboard and duels."""

from typing import Any

GAME: dict[str, Any] = {
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
    "messageExtensions": [
        {"shortCode": "NEWS", "name": "News", "template": "News: ${data.text}"},
        {"shortCode": "OWN_NEWS", "name": "News", "template": "${player.displayName}: ${data.text}"},
    ],
    "events": [
        {
            "shortCode": "SCORE",
            "attributes": [
                {"shortCode": "S", "type": "number", "aggregation": "last"},
                {"shortCode": "T", "type": "number", "aggregation": "last"},
            ],
        },
        {"shortCode": "MOVE", "attributes": []},
        {"shortCode": "SCRIPTED", "attributes": []},
    ],
    "leaderboards": [
        {
            "shortCode": "HS",
            "name": "High scores",
            "highScoreNotifications": True,
            "topN": 10,
            "fields": [
                {"runningTotal": "SCORE", "collector": "S", "sort": "desc"},
                {"runningTotal": "SCORE", "collector": "T", "sort": "asc"},
            ],
        }
    ],
    "challenges": [
        {"shortCode": "DUEL", "name": "Duel", "description": "", "turnBased": True, "turnConsumers": ["MOVE"]}
    ],
    "segments": [{"shortCode": "COUNTRY", "name": "", "values": [{"shortCode": "FR"}, {"shortCode": "GB"}]}],
    "segmentQueries": [
        {"shortCode": "FRENCH", "query": {"all": [{"segment": "COUNTRY", "is": "FR"}]}},
        {
            "shortCode": "EVERYBODY",
            "query": {"any": [{"segment": "COUNTRY", "is": "FR"}, {"segment": "COUNTRY", "is": "GB"}]},
        },
    ],
}
DEVICE = f"/preview/ws/device/{GAME['apiKey']}"
SERVER = f"/preview/ws/server/{GAME['apiKey']}"
DEVICE_SECRET, SERVER_SECRET = "device-secret", "server-secret"
