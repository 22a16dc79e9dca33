"""The rows of the competition package, one topic a file."""

from competition.models.achievements import PlayerAchievement, TeamAchievement
from competition.models.challenges import Challenge, ChallengeChat, ChallengePlayer
from competition.models.goods import OwnedGood, Reservation, Transaction, TransactionItem, Wallet
from competition.models.teams import ChatMessage, Team, TeamMember

__all__ = [
    "Challenge",
    "ChallengeChat",
    "ChallengePlayer",
    "ChatMessage",
    "OwnedGood",
    "PlayerAchievement",
    "Reservation",
    "Team",
    "TeamAchievement",
    "TeamMember",
    "Transaction",
    "TransactionItem",
    "Wallet",
]
