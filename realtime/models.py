"""What processes leave in the database about themselves, and what they count."""

from django.db import models

from games.id_field import IdField


class Heartbeat(models.Model):
    """The latest sign of life of a process that works in the background.

    `seen_at` is by the database's clock, since those of the processes' machines may disagree.
    """

    node = models.CharField(primary_key=True, max_length=64)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.node


class StageTally(models.Model):
    """How often something happened at a stage in the minute or the hour that began at `at_ms`.

    What `measure`, `name` and `code` say, realtime.tally has. Minutes are added to by every process; hours
    are made of them (realtime.tally_rows).
    """

    class Span(models.TextChoices):
        MINUTE = "minute", "minute"
        HOUR = "hour", "hour"

    stage = models.ForeignKey("games.Stage", on_delete=models.CASCADE, related_name="+", db_index=False)
    span = models.CharField(max_length=6, choices=Span.choices)
    at_ms = models.BigIntegerField()
    measure = models.CharField(max_length=8)
    name = models.CharField(max_length=80)
    code = models.CharField(max_length=80)
    number = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "span", "at_ms", "measure", "name", "code"], name="stage_tally_key"
            )
        ]
        indexes = [models.Index(fields=["span", "at_ms"], name="stage_tally_oldest")]

    def __str__(self) -> str:
        return f"{self.measure} {self.name} {self.code} at {self.at_ms}"


class TallyWriter(models.Model):
    """The number of a process's latest write of what it counted, so that none is written twice."""

    id = IdField(primary_key=True)
    number = models.BigIntegerField()
    at_ms = models.BigIntegerField()

    def __str__(self) -> str:
        return self.id
