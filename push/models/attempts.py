"""What became of each push."""

from django.db import models

from games.id_field import IdField
from push.models.outbox import LONGEST_CLASS
from push.providers import Provider


class PushAttempt(models.Model):
    """One attempt with its outcome: the log that operators read. Never edited; kept for 30 days.

    `code`: "sent", "sandbox", or why not: the provider's own code or ours (`no_credentials`, `timeout`, …).
    `permanent` False on a failure means that it is tried again. `detail` is a sentence; it never holds a
    credential or a whole token. `payload` is the finished payload, kept by the sandbox alone.
    `variant` is the message's segment variant, from 0; NULL is none.
    `duration_ms` is the time the provider took, 0 when it was not asked.
    """

    stage = models.ForeignKey(
        "games.Stage", on_delete=models.CASCADE, related_name="push_attempts", db_index=False
    )
    device_id = IdField()
    device_os = models.CharField("device OS", max_length=8)
    player_id = IdField()
    player_message_id = IdField()
    message_class = models.CharField(max_length=LONGEST_CLASS)
    provider = models.CharField(max_length=5, choices=Provider.choices)
    variant = models.SmallIntegerField(null=True)
    number = models.PositiveSmallIntegerField(default=1)
    code = models.CharField(max_length=60)
    permanent = models.BooleanField(default=True)
    detail = models.TextField(blank=True, default="")
    payload = models.TextField(blank=True, default="")
    at_ms = models.BigIntegerField()
    duration_ms = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["stage", "-id"], name="attempt_stage_newest"),
            models.Index(fields=["player_message_id"], name="attempt_message"),
            models.Index(fields=["at_ms"], name="attempt_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.message_class} to {self.device_os}: {self.code}"
