"""What runs later, and what runs by the clock."""

from django.db import models

from games.id_field import IdField
from games.models import Stage
from protocol.ids import new_id


class ScheduledItem(models.Model):
    """A module that runs at `due_ms`, once; the row goes when it has run.

    `data` is JSON. `player_id` is who was current when it was scheduled, empty for nobody; the player may be
    gone since. `key` is unique to the stage; None for an item that nothing replaces or cancels. A worker that
    runs it holds `claim` and puts `due_ms` off to the end of its lease: `tries` counts such claims.
    """

    id = IdField(primary_key=True, default=new_id, editable=False)
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", db_index=False)
    module = models.CharField(max_length=150)
    key = models.CharField(max_length=200, null=True)
    player_id = IdField(blank=True, default="")
    data = models.TextField(default="null")
    due_ms = models.BigIntegerField()
    claim = IdField(blank=True, default="")
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stage", "key"], name="scheduled_stage_key")]
        indexes = [models.Index(fields=["stage", "due_ms"], name="scheduled_due")]

    def __str__(self) -> str:
        return self.module


class SystemTick(models.Model):
    """When a stage's script of the clock last ran. `name` is the script's key, `system/GS_HOURLY`.

    `slot` is the period in which it did, as text whose order is that of time, or the snapshot that was
    published. `busy_until_ms`: until then the run may still go on.
    """

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=40)
    slot = IdField(blank=True, default="")
    busy_until_ms = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stage", "name"], name="system_tick_stage_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.slot}"
