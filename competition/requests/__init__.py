"""The requests of the competition package: importing this registers every handler, one topic a file."""

from competition.requests import (
    achievements,
    challenges,
    events,
    find_match,
    goods,
    leaderboards,
    matches,
    properties,
    team_chat,
    teams,
    uploads,
)

__all__ = [
    "achievements",
    "challenges",
    "events",
    "find_match",
    "goods",
    "leaderboards",
    "matches",
    "properties",
    "team_chat",
    "teams",
    "uploads",
]
