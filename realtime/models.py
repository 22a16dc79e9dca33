"""What processes leave in the database about themselves."""

from django.db import models


class Heartbeat(models.Model):
    """The latest sign of life of a process that works in the background.

    `seen_at` is by the database's clock, since those of the processes' machines may disagree.
    """

    node = models.CharField(primary_key=True, max_length=64)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.node
