"""How runs of scripts went."""

from django.db import models

from games.id_field import IdField
from games.models import Stage


class ScriptRun(models.Model):
    """One run of a script; `id` is what its entries of script.log have as `run`.

    `took_ms` is from its beginning to its end, waiting for a process included. `memory` is what it held at
    its end, in bytes, None where that is not known; `calls` is how often it asked the server for something.
    """

    class Outcome(models.TextChoices):
        DONE = "DONE", "done"
        EXITED = "EXITED", "ended by Spark.exit()"
        ERROR = "ERROR", "failed"
        TIMEOUT = "TIMEOUT", "ended at its limit"

    id = IdField(primary_key=True, editable=False)
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", db_index=False)
    at_ms = models.BigIntegerField(db_index=True)
    script = models.CharField(max_length=160)
    version = models.PositiveIntegerField(null=True)
    player_id = IdField(blank=True, default="")
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
    error = models.TextField(blank=True)
    took_ms = models.FloatField()
    calls = models.PositiveIntegerField()
    memory = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["stage", "-id"], name="script_run_of_stage")]

    def __str__(self) -> str:
        return f"{self.script} {self.outcome}"
