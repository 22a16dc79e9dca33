"""Which pushes were opened, and how many of each kind."""

from django.db import models

from games.id_field import IdField
from push.models.outbox import LONGEST_CLASS
from push.providers import Provider

NO_VARIANT = -1  # NULL would not be equal to itself in the key of PushCount


class PushReceipt(models.Model):
    """A message's push was opened, and so it had been delivered: no provider tells of that by itself.

    One a message, however often and on however many devices. `day` is the push's ("2016-11-30").
    """

    player_message_id = IdField(primary_key=True)
    stage = models.ForeignKey("games.Stage", on_delete=models.CASCADE, related_name="+")
    provider = models.CharField(max_length=5, choices=Provider.choices)
    day = models.CharField(max_length=10)
    opened_ms = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["opened_ms"], name="receipt_oldest")]

    def __str__(self) -> str:
        return self.player_message_id


class PushCount(models.Model):
    """The pushes of one kind that left on a UTC day, counted where their outcome is written.

    `sent` were accepted by the provider and `failed` given up, a device each; `opened` are messages, counted
    on the day that the push left. What the sandbox recorded is not counted.
    """

    stage = models.ForeignKey("games.Stage", on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.CharField(max_length=10)
    message_class = models.CharField("message", max_length=LONGEST_CLASS)
    variant = models.SmallIntegerField(default=NO_VARIANT)
    provider = models.CharField(max_length=5, choices=Provider.choices)
    sent = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "push rate"
        ordering = ["-day", "message_class", "variant", "provider"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "day", "message_class", "variant", "provider"], name="push_count_kind"
            )
        ]
        indexes = [models.Index(fields=["day"], name="push_count_oldest")]

    def __str__(self) -> str:
        return f"{self.message_class} by {self.get_provider_display()}, {self.day}"

    @property
    def open_rate(self) -> float | None:
        """Of the pushes that were sent, the share that was opened; None where none was."""
        return self.opened / self.sent if self.sent else None
