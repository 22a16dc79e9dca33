"""Who changed what."""

from django.db import models


class AuditEntry(models.Model):
    """One change, written by the domain function that made it (games.audit.record). Never edited.

    `actor_name` outlives the user. `detail` never holds a secret. `game` None: the installation itself.
    """

    game = models.ForeignKey("games.Game", on_delete=models.CASCADE, null=True, related_name="audit_entries")
    actor = models.ForeignKey("games.User", on_delete=models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=60)
    target = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-id"]
        indexes = [models.Index(fields=["game", "-id"], name="audit_game_newest")]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.action} {self.target}"
