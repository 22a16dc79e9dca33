"""The requests of the competition package: importing this registers every handler, one topic a file."""

from competition.requests import properties, team_chat, teams

__all__ = ["properties", "team_chat", "teams"]
