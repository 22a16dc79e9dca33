"""The requests of the competition package: importing this registers every handler, one topic a file."""

from competition.requests import (
    challenges,
    events,
    goods,
    leaderboards,
    properties,
    team_chat,
    teams,
    uploads,
)

__all__ = [
    "challenges",
    "events",
    "goods",
    "leaderboards",
    "properties",
    "team_chat",
    "teams",
    "uploads",
]
