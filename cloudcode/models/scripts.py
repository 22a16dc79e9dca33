"""A game's scripts and the versions of their texts."""

from django.db import models


class Script(models.Model):
    """`key` is folder and name as in the game document: `event/SCORE`, `modules/ratings`.

    `current` is the version that preview runs; None once it is removed: what it did can still be read.
    """

    game = models.ForeignKey("games.Game", on_delete=models.CASCADE, related_name="scripts")
    key = models.CharField(max_length=160)
    current = models.ForeignKey(
        "cloudcode.ScriptVersion", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["game", "key"], name="script_game_key")]
        indexes = [models.Index(fields=["key"], name="script_key")]

    def __str__(self) -> str:
        return self.key


class ScriptVersion(models.Model):
    """A script's text as it was saved once. Never changed after it is written.

    `author_name` outlives the user.
    """

    script = models.ForeignKey(Script, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    note = models.CharField(max_length=200, blank=True, default="")
    author = models.ForeignKey("games.User", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=150, blank=True, default="")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["script", "number"], name="script_version_number")]

    def __str__(self) -> str:
        return f"{self.script} v{self.number}"
