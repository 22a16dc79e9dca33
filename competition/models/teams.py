"""Teams of players, and what they say to each other."""

from django.db import models
from django.db.models import Q

from competition.models.chat import ChatLine
from games.id_field import IdField
from games.models import Stage
from players.models import Player
from protocol.dates import now_ms


class Team(models.Model):
    """`team_id` is the wire's: chosen by the creator, unique within the stage, and "" is one as well (§6.2).

    `team_type` is the short code of the type in the game's configuration. The owner need not be a member.
    `mandatory` is what the type was when the team was made: an owner has one such team of a type.
    """

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", db_index=False)
    team_id = IdField(max_length=100)
    team_type = models.CharField(max_length=50)
    name = models.CharField(max_length=255)
    owner = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="owned_teams")
    mandatory = models.BooleanField(default=False)
    created_ms = models.BigIntegerField(default=now_ms)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "team_id"], name="team_of_stage"),
            models.UniqueConstraint(
                fields=["owner", "team_type"], name="one_mandatory_team", condition=Q(mandatory=True)
            ),
        ]
        indexes = [
            models.Index(fields=["stage", "id"], name="team_by_age"),
            models.Index(fields=["stage", "team_type", "id"], name="team_by_type"),
        ]

    def __str__(self) -> str:
        return self.name or self.team_id


class TeamMember(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members", db_index=False)
    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="team_memberships")
    joined_ms = models.BigIntegerField(default=now_ms)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "player"], name="team_member")]

    def __str__(self) -> str:
        return f"{self.player_id} in {self.team_id}"


class ChatMessage(ChatLine):
    """One line of a team's chat."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="chat", db_index=False)

    class Meta:
        verbose_name_plural = "team chat"
        indexes = [models.Index(fields=["team", "id"], name="team_chat")]
