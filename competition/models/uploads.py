"""Files: what players uploaded, and what a game offers for download."""

from django.db import models
from django.db.models import Q

from games.id_field import IdField
from games.models import Game, Stage
from players.models import Player
from protocol.dates import now_ms


class StoredFile(models.Model):
    """Bytes in the storage under `name`, which is never used again. The row is there before they are.

    What nothing refers to an hour after it was made is left over (competition.uploads.storing).
    """

    name = IdField(max_length=100, unique=True)
    size = models.BigIntegerField()
    created_ms = models.BigIntegerField(default=now_ms)

    def __str__(self) -> str:
        return self.name


class Upload(models.Model):
    """A URL that a player asked for, and from then on what arrived there. `id` is the wire's uploadId.

    Whoever knows the id may upload until something has arrived (`file`), and any player may read that then:
    it is 128 random bits. `data` is the request's metadata as JSON text, `name` what the client called it.
    """

    id = IdField(max_length=32, primary_key=True, editable=False)
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", db_index=False)
    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="uploads")
    data = models.TextField()
    name = models.CharField(max_length=255, blank=True)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, related_name="upload")
    created_ms = models.BigIntegerField(default=now_ms)
    expires_ms = models.BigIntegerField()
    arrived_ms = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["stage", "-created_ms"], name="upload_of_stage"),
            models.Index(fields=["expires_ms"], name="upload_awaited", condition=Q(file=None)),
        ]

    def __str__(self) -> str:
        return self.name or self.pk


class GameFile(models.Model):
    """A file that a game's configuration, or a snapshot of it, may name by its hash (`downloadables`)."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="files", db_index=False)
    sha256 = IdField(max_length=64)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="game_file")
    created_ms = models.BigIntegerField(default=now_ms)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["game", "sha256"], name="file_of_game")]

    def __str__(self) -> str:
        return self.sha256
