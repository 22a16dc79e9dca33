"""What runs for many players, one after the other."""

from django.db import models

from games.id_field import IdField
from games.models import Stage
from protocol.ids import new_id


class BulkJob(models.Model):
    """`query` and `data` are JSON; of `module` and `script` one is set. Counts are of players: `estimated`
    when it was submitted, `actual` when it began, `done` so far, `errors` among those.

    `cursor` is the player whose run was the last. A worker that goes on with it holds `claim`, and puts
    `due_ms` off to the end of its lease; `due_ms` is NULL once it is over.
    """

    id = IdField(primary_key=True, default=new_id, editable=False)
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", db_index=False)
    query = models.TextField(default="{}")
    module = models.CharField(max_length=150, blank=True, default="")
    script = models.TextField(blank=True, default="")
    data = models.TextField(default="null")
    created_ms = models.BigIntegerField()
    scheduled_ms = models.BigIntegerField()
    started_ms = models.BigIntegerField(null=True, blank=True)
    completed_ms = models.BigIntegerField(null=True, blank=True)
    estimated = models.PositiveIntegerField(default=0)
    actual = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    cursor = IdField(blank=True, default="")
    claim = IdField(blank=True, default="")
    due_ms = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["stage", "created_ms"], name="bulk_job_stage"),
            models.Index(fields=["due_ms"], name="bulk_job_due", condition=models.Q(due_ms__isnull=False)),
            models.Index(
                fields=["completed_ms"],
                name="bulk_job_over",
                condition=models.Q(completed_ms__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.module or self.pk
