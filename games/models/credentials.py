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
    `allow` and `deny` hold request names without the dot, or `*`; deny wins. After a reset `former_secret` is
    taken as well until `former_until_ms`, where a grace was given. `used_ms` is about when something last
    signed in with it or was connected by it (games.credential_use), 0 before.
    """

    class RestPolicy(models.TextChoices):
        FORBIDDEN = "forbidden", "Forbidden"
        TOKEN = "token", "Needs the player's token"
        ALLOWED = "allowed", "Allowed"

    game = models.ForeignKey("games.Game", on_delete=models.CASCADE, related_name="credentials")
    short_code = models.CharField(max_length=50, validators=[RegexValidator(SHORT_CODE_PATTERN)])
    name = models.CharField(max_length=100)
    secret = EncryptedTextField()
    former_secret: "models.TextField[str | None, str | None]" = EncryptedTextField(  # type: ignore[assignment,misc]
        null=True, editable=False
    )
    former_until_ms = models.BigIntegerField(default=0, db_default=0, editable=False)
    used_ms = models.BigIntegerField(default=0, db_default=0, editable=False)
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


class CredentialSockets(models.Model):
    """How many sockets a process held with a credential at `at_ms`. Each process writes its own."""

    game = models.ForeignKey("games.Game", on_delete=models.CASCADE, related_name="+")
    short_code = models.CharField(max_length=50)
    node = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "game", "short_code"], name="credential_sockets_node")
        ]

    def __str__(self) -> str:
        return f"{self.short_code}: {self.count}"
