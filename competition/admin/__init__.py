"""The operators' pages of the competition package, one topic a file."""

from competition.admin import challenges, posts, teams

__all__ = ["challenges", "posts", "teams"]
