"""The operators' pages of the competition package, one topic a file."""

from competition.admin import (
    challenges,
    leaderboards,
    matches,
    posts,
    teams,
    uploads,
)

__all__ = [
    "challenges",
    "leaderboards",
    "matches",
    "posts",
    "teams",
    "uploads",
]
