"""The rows of the competition package, one topic a file."""

from competition.models.challenges import Challenge, ChallengeChat, ChallengePlayer
from competition.models.teams import ChatMessage, Team, TeamMember

__all__ = ["Challenge", "ChallengeChat", "ChallengePlayer", "ChatMessage", "Team", "TeamMember"]
