"""A game, its two stages and the people who work on it."""

from datetime import UTC, datetime

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

API_KEY_PATTERN = r"^[A-Za-z0-9]{4,50}$"
STAGES = ("preview", "live")


class Game(models.Model):
    """`id` is the `gameId` of the wire. `api_key` names the game in every URL and never changes.

    `platforms` are those that its players are said to have (games.platforms): advice is about these.
    `deleted` is since when it lies in the recycle bin (games.recycling), where nothing of it answers.
    """

    name = models.CharField(max_length=100)
    description = models.TextField(blank=True, default="")
    api_key = models.CharField(
        "API key",
        max_length=50,
        unique=True,
        validators=[RegexValidator(API_KEY_PATTERN, "4 to 50 letters and digits.")],
    )
    created = models.DateTimeField(auto_now_add=True)
    platforms = models.JSONField(default=list, db_default=[], blank=True)
    deleted = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            # A host name carries the key without its case (wire-protocol.md, 1.2).
            models.UniqueConstraint(Lower("api_key"), name="game_api_key_caseless"),
        ]

    def __str__(self) -> str:
        return self.name

    def stage(self, name: str) -> "Stage":
        """Raises Stage.DoesNotExist for anything but preview and live."""
        return Stage.objects.select_related("game").get(game=self, name=name)


class Stage(models.Model):
    """Preview (the working rows) or live (a snapshot). Player data belongs to a stage.

    `version` grows with every change of what the stage runs; processes poll it.
    `snapshot` is the live stage's configuration, None until the first publish and always on preview.
    `first_connected_ms` is when its first client connected (games.first_connections), 0 before.
    """

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(max_length=7, choices=[(name, name) for name in STAGES])
    version = models.BigIntegerField(default=1)
    snapshot = models.ForeignKey(
        "games.Snapshot", on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    sandbox_push = models.BooleanField(
        default=False, help_text="Record pushes instead of refusing them where a provider has no credentials."
    )
    first_connected_ms = models.BigIntegerField(default=0, db_default=0)
    first_client = models.CharField(max_length=80, blank=True, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["game", "name"], name="stage_game_name")]

    def __str__(self) -> str:
        return f"{self.game.name} · {self.name}"

    @property
    def first_connected_at(self) -> datetime:
        return datetime.fromtimestamp(self.first_connected_ms / 1000, UTC)


class Collaborator(models.Model):
    """Who may see a game, and with the role how much of it they may change."""

    class Role(models.TextChoices):
        OWNER = "owner", "Owner"
        ADMIN = "admin", "Administrator"
        EDITOR = "editor", "Editor"
        VIEWER = "viewer", "Viewer"

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="collaborators")
    user = models.ForeignKey("games.User", on_delete=models.CASCADE, related_name="collaborations")
    role = models.CharField(max_length=6, choices=Role.choices, default=Role.EDITOR)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["game", "user"], name="collaborator_game_user")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
