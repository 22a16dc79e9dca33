"""A game's configuration as stored documents."""

from django.db import models


class Snapshot(models.Model):
    """A stored export, with its secrets left out, and the versions of message settings it was made from.

    `versions` maps a message's section key (`FriendMessage`, `ScriptMessage_DAILY_GIFT`) to the id of its
    immutable settings version, so that what a live message was made from can be read back. An uploaded one
    has none: it can be brought into the working copy, not made live.
    """

    class Source(models.TextChoices):
        PUBLISH = "publish", "Published"
        MANUAL = "manual", "Taken"
        AUTOSAVE = "autosave", "Autosave"
        UPLOAD = "upload", "Uploaded"

    game = models.ForeignKey("games.Game", on_delete=models.CASCADE, related_name="snapshots")
    document = models.TextField()
    versions = models.JSONField(default=dict)
    description = models.CharField(max_length=200, blank=True, default="")
    note = models.TextField(blank=True, default="", db_default="")
    source = models.CharField(
        max_length=8, choices=Source.choices, default=Source.PUBLISH, db_default=Source.PUBLISH
    )
    author = models.ForeignKey("games.User", on_delete=models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.description or f"Snapshot {self.pk}"


class StoredSection(models.Model):
    """A section of the game document that is kept as it was written, until something uses it."""

    game = models.ForeignKey("games.Game", on_delete=models.CASCADE, related_name="stored_sections")
    name = models.CharField(max_length=40)
    data = models.JSONField()

    class Meta:
        verbose_name = "configuration section"
        verbose_name_plural = "configuration"
        constraints = [models.UniqueConstraint(fields=["game", "name"], name="stored_section_game_name")]

    def __str__(self) -> str:
        return self.name
