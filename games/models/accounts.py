"""What belongs to a developer's own account: where it is signed in, and what acts in its name."""

from django.db import models

from games.encryption import EncryptedTextField
from games.models.games import Collaborator


class PortalSession(models.Model):
    """A browser that is signed in to the developers' pages, beside the session that it names.

    `browser` is in words for people, `address` the last one that it came from.
    """

    user = models.ForeignKey("games.User", on_delete=models.CASCADE, related_name="portal_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=80)
    address = models.CharField(max_length=45)
    created = models.DateTimeField(auto_now_add=True)
    seen = models.DateTimeField()

    class Meta:
        ordering = ["-seen", "-id"]

    def __str__(self) -> str:
        return self.browser


class AccessToken(models.Model):
    """Lets a program act on one game in its user's name, with `role` or what the user's has become, if less.

    Only the token's SHA-256 is kept (games.accounts.secret_texts); `start` tells people which one it is.
    """

    user = models.ForeignKey("games.User", on_delete=models.CASCADE, related_name="access_tokens")
    game = models.ForeignKey("games.Game", on_delete=models.CASCADE, related_name="access_tokens")
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=6, choices=Collaborator.Role.choices)
    digest = models.CharField(max_length=64, unique=True)
    start = models.CharField(max_length=12)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class SecondFactor(models.Model):
    """What a user's authenticator app knows too. No code counts that is not later than `last_step`."""

    user = models.OneToOneField("games.User", on_delete=models.CASCADE, related_name="second_factor")
    secret = EncryptedTextField()
    last_step = models.BigIntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """Takes the place of an authenticator's code, once. The row is deleted with its use."""

    user = models.ForeignKey("games.User", on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_user_digest")]

    def __str__(self) -> str:
        return str(self.user)


class Invitation(models.Model):
    """A role on a game for who has the address and follows the link that was mailed there. Gone once used."""

    game = models.ForeignKey("games.Game", on_delete=models.CASCADE, related_name="invitations")
    email = models.CharField(max_length=150)
    role = models.CharField(max_length=6, choices=Collaborator.Role.choices)
    note = models.CharField(max_length=300, blank=True, default="")
    digest = models.CharField(max_length=64, unique=True)
    inviter = models.ForeignKey("games.User", on_delete=models.CASCADE, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()

    class Meta:
        ordering = ["email"]
        constraints = [models.UniqueConstraint(fields=["game", "email"], name="invitation_game_email")]

    def __str__(self) -> str:
        return self.email
