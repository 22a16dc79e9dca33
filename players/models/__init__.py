"""What is kept of players: who they are, their friends, their segments, what is kept for a while."""

from players.models.friends import BlockedPlayer, FriendInvite, Friendship
from players.models.player import AuthToken, DeviceIdentity, Player
from players.models.records import AnalyticsEvent, DurableReply
from players.models.segments import Segment, SegmentQuery, SegmentValue

__all__ = [
    "AnalyticsEvent",
    "AuthToken",
    "BlockedPlayer",
    "DeviceIdentity",
    "DurableReply",
    "FriendInvite",
    "Friendship",
    "Player",
    "Segment",
    "SegmentQuery",
    "SegmentValue",
]
