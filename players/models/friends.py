"""Who knows whom, who has asked, and who wants to hear nothing."""

from django.db import models

from games.id_field import IdField
from games.models import Stage
from players.models.player import Player
from protocol.dates import now_ms
from protocol.ids import new_id


class Friendship(models.Model):
    """One direction of one link: every link is two rows, and one pair may be linked by several sources.

    `source` says what made the link (`players.friends`): ending one source leaves the others
    (competition-rules.md §7.1).
    """

    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="friendships", db_index=False)
    friend = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=64)
    created_ms = models.BigIntegerField(default=now_ms)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["player", "friend", "source"], name="friendship_source"),
        ]

    def __str__(self) -> str:
        return f"{self.player_id} → {self.friend_id} ({self.source})"


class FriendInvite(models.Model):
    """An open invitation; it is deleted when it is accepted, declined or overtaken."""

    id = IdField(primary_key=True, default=new_id)
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+")
    sender = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="sent_invites", db_index=False)
    recipient = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="received_invites")
    created_ms = models.BigIntegerField(default=now_ms)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "recipient"], name="friend_invite_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.sender_id} invites {self.recipient_id}"


class BlockedPlayer(models.Model):
    """`player` wants no messages from `blocked`."""

    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="blocks", db_index=False)
    blocked = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="+")
    created_ms = models.BigIntegerField(default=now_ms)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["player", "blocked"], name="blocked_player_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.player_id} blocks {self.blocked_id}"
