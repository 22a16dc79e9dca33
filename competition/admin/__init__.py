"""The operators' pages of the competition package, one topic a file."""

from competition.admin import challenges, teams

__all__ = ["challenges", "teams"]
