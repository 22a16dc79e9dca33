"""What was counted of players' events, and what came of each post."""

from django.db import models
from django.db.models import Q

from competition.models.teams import Team
from games.id_field import IdField
from games.models import Stage
from players.models import Player
from protocol.ids import new_id


class TotalRecord(models.Model):
    """One record of a running total (§2.3): a player's or a team's, and one for each group of values.

    `total` is the short code. `scope` is a challenge's id for what only its own posts count, else "".
    `period` is "" for what is never emptied, else how often its leaderboards are and since when
    (`daily 2026-11-27`). `grouped` are the grouped attributes and `counted` the collectors', JSON by wire
    names; `group_key` stands for the first where it has to be short.
    """

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", db_index=False)
    total = IdField(max_length=50)
    player = models.ForeignKey(
        Player, on_delete=models.CASCADE, related_name="total_records", null=True, db_index=False
    )
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, related_name="total_records", null=True, db_index=False
    )
    scope = IdField(default="", blank=True)
    period = IdField(max_length=20, default="", blank=True)
    group_key = IdField(max_length=64, default="", blank=True)
    grouped = models.TextField(default="{}")
    counted = models.TextField(default="{}")

    class Meta:
        verbose_name = "running total"
        constraints = [
            models.UniqueConstraint(
                fields=["player", "total", "scope", "period", "group_key"],
                name="total_of_player",
                condition=Q(player__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["team", "total", "scope", "period", "group_key"],
                name="total_of_team",
                condition=Q(team__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(player__isnull=False, team__isnull=True)
                | Q(player__isnull=True, team__isnull=False),
                name="total_has_one_owner",
            ),
        ]
        indexes = [models.Index(fields=["stage", "total", "scope", "period", "id"], name="total_records")]

    def __str__(self) -> str:
        return f"{self.total} of {self.player or self.team}"


class PostRecord(models.Model):
    """What came of one post, for whoever asks why it sent nothing. Never changed; kept for some days.

    `story` is JSON (competition.events.post_records). `scope` is the challenge's id, or "".
    """

    id = IdField(primary_key=True, default=new_id, editable=False)
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", db_index=False)
    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="+", db_index=False)
    event = models.CharField(max_length=50)
    scope = IdField(default="", blank=True)
    at_ms = models.BigIntegerField()
    story = models.TextField()

    class Meta:
        verbose_name = "post"
        indexes = [
            models.Index(fields=["player", "id"], name="posts_of_player"),
            models.Index(fields=["stage", "id"], name="posts_of_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.event} by {self.player}"
