"""Challenges, who takes part in them, and what they say to each other."""

from django.db import models
from django.db.models import Q

from competition.challenges.states import Access, State
from competition.models.chat import ChatLine
from games.id_field import IdField
from games.models import Stage
from players.models import Player
from players.models.player import Utf8Encoder
from protocol.dates import now_ms
from protocol.ids import new_id


class Challenge(models.Model):
    """`short_code` is the type's in the game's configuration. Times are NULL where the challenge sets none.

    `state` and `access` as in competition.challenges.states, `ended_by` the rule that ended it. The
    challenger is one of the players, and stays named here when gone. `accepted_count` counts those who take
    part. `criteria` is canonical JSON, empty where everyone is eligible. `wager` is each player's stake by
    the currency's number. `next_player` is whose turn it is, empty where nobody's. `due_ms` is when a worker
    looks at it again, NULL once it is over.
    """

    id = IdField(primary_key=True, default=new_id, editable=False)
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", db_index=False)
    short_code = models.CharField(max_length=50)
    challenger_id = IdField()
    access = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Access])
    state = models.CharField(max_length=10, choices=[(each.value, each.value) for each in State])
    ended_by = models.CharField(max_length=30, default="", blank=True)
    message = models.TextField(null=True, blank=True)
    start_ms = models.BigIntegerField(null=True, blank=True)
    end_ms = models.BigIntegerField(null=True, blank=True)
    expiry_ms = models.BigIntegerField(null=True, blank=True)
    min_players = models.IntegerField(null=True, blank=True)
    max_players = models.IntegerField(null=True, blank=True)
    max_turns = models.IntegerField(null=True, blank=True)
    auto_start = models.BooleanField(default=False)
    accepted_count = models.IntegerField(default=0)
    criteria = models.TextField(default="", blank=True)
    wager = models.JSONField(default=dict, blank=True)
    next_player = IdField(default="", blank=True)
    winner_id = IdField(default="", blank=True)
    script_data = models.JSONField(default=dict, blank=True, encoder=Utf8Encoder)
    private_data = models.JSONField(default=dict, blank=True, encoder=Utf8Encoder)
    created_ms = models.BigIntegerField(default=now_ms)
    due_ms = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["stage", "id"], name="challenge_by_age"),
            models.Index(
                fields=["stage", "access", "short_code", "id"],
                name="challenge_to_join",
                condition=Q(state="ISSUED"),
            ),
            models.Index(fields=["due_ms"], name="challenge_due", condition=Q(due_ms__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.short_code} {self.id}"


class ChallengePlayer(models.Model):
    """`challenged`: was invited or joined, and is listed so, as the challenger is not. `place` is the order
    of acceptance, the challenger's 0. `turns` counts the turns taken.

    `left`: banned, or deleted in a moment. Who was removed was by a script.
    """

    class Stand(models.TextChoices):
        INVITED = "invited"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        REMOVED = "removed"
        LEFT = "left"

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="players", db_index=False)
    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="challenges", db_index=False)
    stand = models.CharField(max_length=10, choices=Stand)
    challenged = models.BooleanField(default=True)
    place = models.IntegerField(default=0)
    turns = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["challenge", "player"], name="challenge_player")]
        indexes = [models.Index(fields=["player", "challenge"], name="challenges_of_player")]

    def __str__(self) -> str:
        return f"{self.player_id} in {self.challenge_id}"


class ChallengeChat(ChatLine):
    """One line of a challenge's chat."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="chat", db_index=False)

    class Meta:
        verbose_name_plural = "challenge chat"
        indexes = [models.Index(fields=["challenge", "id"], name="challenge_chat")]
