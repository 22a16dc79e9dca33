"""When leaderboards are built and emptied, and how far a worker has come with it."""

from django.db import models
from django.db.models import Q

from games.id_field import IdField
from games.models import Stage


class BoardSchedule(models.Model):
    """One of the two things that time does to a leaderboard (competition-rules.md §3.5).

    `frequency` as in the game document. `boundary_ms` is the last boundary that it was done for, at first the
    one before the leaderboard was seen. `due_ms` is when a worker looks at it: some time after the next
    boundary, or when the claim of the one at work ends; NULL while the configuration has no such thing.

    `step`, `cursor` and `amount` are of the work for the next boundary: what is being done, how far it has
    come, how many rows that was. `built` is the date of the latest complete build.
    """

    class Task(models.TextChoices):
        BUILD = "build", "Build"
        RESET = "reset", "Reset"

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", db_index=False)
    board = IdField(max_length=50)
    task = models.CharField(max_length=5, choices=Task.choices)
    frequency = models.CharField(max_length=10)
    boundary_ms = models.BigIntegerField()
    due_ms = models.BigIntegerField(null=True)
    step = models.CharField(max_length=10, default="", blank=True)
    cursor = models.TextField(default="", blank=True)
    amount = models.BigIntegerField(default=0)
    built = IdField(max_length=10, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stage", "board", "task"], name="board_schedule")]
        indexes = [
            models.Index(fields=["due_ms"], name="board_schedule_due", condition=Q(due_ms__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.task} of {self.board}"
