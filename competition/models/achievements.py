"""Which achievements players and teams have."""

from django.db import models

from competition.models.teams import Team
from players.models import Player
from protocol.dates import now_ms


class PlayerAchievement(models.Model):
    """`code` is the achievement's short code in the game's configuration. `times` counts repeated awards."""

    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="achievements", db_index=False)
    code = models.CharField(max_length=50)
    times = models.IntegerField(default=1)
    earned_ms = models.BigIntegerField(default=now_ms)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["player", "code"], name="achievement_of_player")]

    def __str__(self) -> str:
        return self.code


class TeamAchievement(models.Model):
    """That a team has it says nothing of its members: who joined later has not (§4.7)."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="achievements", db_index=False)
    code = models.CharField(max_length=50)
    earned_ms = models.BigIntegerField(default=now_ms)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "code"], name="achievement_of_team")]

    def __str__(self) -> str:
        return self.code
