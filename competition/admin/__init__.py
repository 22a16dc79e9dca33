"""The operators' pages of the competition package, one topic a file."""

from competition.admin import teams

__all__ = ["teams"]
