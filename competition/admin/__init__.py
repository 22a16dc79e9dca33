"""The operators' pages of the competition package, one topic a file."""

from competition.admin import (
    challenges,
    goods,
    leaderboards,
    matches,
    posts,
    teams,
    uploads,
)

__all__ = [
    "challenges",
    "goods",
    "leaderboards",
    "matches",
    "posts",
    "teams",
    "uploads",
]
