"""The rows of the competition package, one topic a file."""

from competition.models.teams import ChatMessage, Team, TeamMember

__all__ = ["ChatMessage", "Team", "TeamMember"]
