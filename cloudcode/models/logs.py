"""What scripts said, and how they failed: script.log."""

from django.db import models

from games.id_field import IdField
from games.models import Stage
from protocol.ids import new_id


class ScriptLog(models.Model):
    """One entry. `text` is JSON as the script gave it, or the exception's name and words.

    `run` is common to the entries of one run, whose script is the `binding`; `script` is where the line is,
    and `version` is that script's. `player_id` is empty where there is no player.
    """

    class Level(models.TextChoices):
        DEBUG = "DEBUG", "debug"
        INFO = "INFO", "info"
        WARN = "WARN", "warning"
        ERROR = "ERROR", "error"

    id = IdField(primary_key=True, default=new_id, editable=False)
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", db_index=False)
    at_ms = models.BigIntegerField(db_index=True)
    level = models.CharField(max_length=5, choices=Level.choices)
    script = models.CharField(max_length=160)
    line = models.PositiveIntegerField(null=True)
    version = models.PositiveIntegerField(null=True)
    binding = models.CharField(max_length=160, blank=True, default="", db_default="")
    player_id = IdField(blank=True, default="")
    run = IdField()
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["stage", "-id"], name="script_log_of_stage")]

    def __str__(self) -> str:
        return f"{self.level} {self.script}: {self.text[:80]}"
