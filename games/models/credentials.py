"""What signs in to a game's sockets and REST calls."""

from django.core.validators import RegexValidator
from django.db import models

from games.encryption import EncryptedTextField

SHORT_CODE_PATTERN = r"^[A-Za-z0-9_-]{1,50}$"


def every_request() -> list[str]:
    return ["*"]


class Credential(models.Model):
    """A secret with its rights (wire-protocol.md, section 8.1). Game-wide: both stages know it at once.

    `player` False makes it a server-type credential. `listener` lets messages travel over its sockets.
    `allow` and `deny` hold request names without the dot, or `*`; deny wins.
    """

    class RestPolicy(models.TextChoices):
        FORBIDDEN = "forbidden", "Forbidden"
        TOKEN = "token", "Needs the player's token"
        ALLOWED = "allowed", "Allowed"

    game = models.ForeignKey("games.Game", on_delete=models.CASCADE, related_name="credentials")
    short_code = models.CharField(max_length=50, validators=[RegexValidator(SHORT_CODE_PATTERN)])
    name = models.CharField(max_length=100)
    secret = EncryptedTextField()
    player = models.BooleanField(default=True)
    listener = models.BooleanField(default=True)
    callback = models.BooleanField(default=False)
    rest_policy = models.CharField(
        "REST policy", max_length=9, choices=RestPolicy.choices, default=RestPolicy.FORBIDDEN
    )
    allow = models.JSONField(default=every_request, blank=True)
    deny = models.JSONField(default=list, blank=True)
    admin = models.BooleanField("admin requests", default=False)
    listen_all = models.BooleanField(
        default=False, help_text="A server listener gets every message of the stage, whoever it is for."
    )

    class Meta:
        ordering = ["short_code"]
        constraints = [models.UniqueConstraint(fields=["game", "short_code"], name="credential_game_code")]

    def __str__(self) -> str:
        return f"{self.short_code} ({self.name})"
