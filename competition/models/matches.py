"""Players who wait for a match, and the matches that they found (competition-rules.md §8).

JSON is kept as the text that it is on the wire; "" is none.
"""

from django.db import models
from django.db.models import Q

from games.id_field import IdField
from games.models import Stage
from players.models import Player
from protocol.dates import now_ms
from protocol.ids import new_id

LONGEST_GROUP = 255


class MatchPool(models.Model):
    """Those who can meet: a match type of a stage and a group, where NULL is the group of those without.

    Whoever changes what is there already locks this row first. `done_ms`: up to when it was brought.
    """

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", db_index=False)
    match_code = models.CharField(max_length=50)
    match_group = models.CharField(max_length=LONGEST_GROUP, null=True, blank=True)
    done_ms = models.BigIntegerField(default=0)
    created_ms = models.BigIntegerField(default=now_ms)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "match_code", "match_group"], name="match_pool"),
            models.UniqueConstraint(
                fields=["stage", "match_code"],
                name="match_pool_without_group",
                condition=Q(match_group__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.match_code if self.match_group is None else f"{self.match_code} {self.match_group}"


class PendingMatch(models.Model):
    """`player_ids` are its members in order: who is named there and waits no more was deleted meanwhile.

    `skill` is their mean. It is looked at at `due_ms`.
    """

    id = IdField(primary_key=True, default=new_id)
    pool = models.ForeignKey(MatchPool, on_delete=models.CASCADE, related_name="pending", db_index=False)
    player_ids = models.TextField()
    skill = models.FloatField()
    match_data = models.TextField(blank=True, default="")
    due_ms = models.BigIntegerField(db_index=True)
    created_ms = models.BigIntegerField(default=now_ms)

    class Meta:
        verbose_name_plural = "pending matches"
        indexes = [models.Index(fields=["pool", "skill"], name="pending_match_by_skill")]

    def __str__(self) -> str:
        return self.id


class WaitingPlayer(models.Model):
    """One request for a match. A player has one a pool. `since_ms` is when it came."""

    id = IdField(primary_key=True, default=new_id)
    pool = models.ForeignKey(MatchPool, on_delete=models.CASCADE, related_name="+", db_index=False)
    pending = models.ForeignKey(PendingMatch, on_delete=models.CASCADE, related_name="waiting")
    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="+")
    skill = models.FloatField()
    since_ms = models.BigIntegerField()
    participant_data = models.TextField(blank=True, default="")
    custom_query = models.TextField(blank=True, default="")
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pool", "player"], name="waiting_player")]

    def __str__(self) -> str:
        return f"{self.player_id} since {self.since_ms}"


class Match(models.Model):
    """A match that was found. An open one takes in more until `closes_ms`; 0: for ever (§8.3).

    `due_ms`: when somebody who is offline has to be removed.
    """

    id = IdField(primary_key=True, default=new_id)
    pool = models.ForeignKey(MatchPool, on_delete=models.CASCADE, related_name="matches")
    match_data = models.TextField(blank=True, default="")
    is_open = models.BooleanField(default=False)
    closes_ms = models.BigIntegerField(default=0)
    due_ms = models.BigIntegerField(null=True, blank=True)
    found_ms = models.BigIntegerField(default=now_ms, db_index=True)

    class Meta:
        verbose_name_plural = "matches"
        indexes = [
            models.Index(fields=["due_ms"], name="match_due", condition=Q(due_ms__isnull=False)),
            models.Index(fields=["pool"], name="match_open", condition=Q(is_open=True)),
        ]

    def __str__(self) -> str:
        return self.id


class Participant(models.Model):
    """One player of a match. The id is that of the request which led to it.

    `offline_ms`: since when the player is offline, while somebody has to know (§8.3).
    """

    id = IdField(primary_key=True)
    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="participants", db_index=False)
    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="+")
    peer_id = models.IntegerField()
    skill = models.FloatField()
    since_ms = models.BigIntegerField()
    participant_data = models.TextField(blank=True, default="")
    custom_query = models.TextField(blank=True, default="")
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    offline_ms = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["match", "player"], name="participant"),
            models.UniqueConstraint(fields=["match", "peer_id"], name="participant_peer"),
        ]

    def __str__(self) -> str:
        return f"{self.peer_id}: {self.player_id}"
