"""The rows of the competition package, one topic a file."""

from competition.models.achievements import PlayerAchievement, TeamAchievement
from competition.models.challenges import Challenge, ChallengeChat, ChallengePlayer
from competition.models.chat import ChatLine
from competition.models.goods import Holdings, OwnedGood, Reservation, Transaction, TransactionItem, Wallet
from competition.models.leaderboards import BoardBucket, BoardEntry, BoardInstance, BoardMove
from competition.models.matches import Match, MatchPool, Participant, PendingMatch, WaitingPlayer
from competition.models.schedules import BoardSchedule
from competition.models.teams import ChatMessage, Team, TeamMember
from competition.models.totals import PostRecord, TotalRecord
from competition.models.uploads import GameFile, StoredFile, Upload

__all__ = [
    "BoardBucket",
    "BoardEntry",
    "BoardInstance",
    "BoardMove",
    "BoardSchedule",
    "Challenge",
    "ChallengeChat",
    "ChallengePlayer",
    "ChatLine",
    "ChatMessage",
    "GameFile",
    "Holdings",
    "Match",
    "MatchPool",
    "OwnedGood",
    "Participant",
    "PendingMatch",
    "PlayerAchievement",
    "PostRecord",
    "Reservation",
    "StoredFile",
    "Team",
    "TeamAchievement",
    "TeamMember",
    "TotalRecord",
    "Transaction",
    "TransactionItem",
    "Upload",
    "WaitingPlayer",
    "Wallet",
]
