"""The pushes that are still to be sent."""

from django.db import models

from games.id_field import IdField
from protocol.ids import new_id
from push.providers import Provider

LONGEST_CLASS = 64  # "ScriptMessage_" and an extension's short code


class OutboxPush(models.Model):
    """One finished payload for one device; deleted once its outcome is known, so the table stays small.

    `due_ms` is when the row may be claimed next. A claimed row (`claim` is the claimer's mark) is due
    again when its lease ends, which is how another worker takes it over.
    `tries` counts the claims. `expires_ms` 0 is "now or never": the provider is told not to keep it (TTL 0).
    `note` says what of the message did not fit; it goes into each attempt's detail.
    `variant` is the segment variant that the message was made from, from 0; NULL is none.
    `coalesces`: it may leave in one push with others to its device, as its account wanted when it was queued.
    `test`: of a test message, which is not counted.
    Device, player and message are plain ids: each may be gone before the push leaves.
    """

    id = IdField(primary_key=True, default=new_id, editable=False)
    stage = models.ForeignKey("games.Stage", on_delete=models.CASCADE, related_name="+", db_index=False)
    provider = models.CharField(max_length=5, choices=Provider.choices)
    device_id = IdField()
    device_os = models.CharField("device OS", max_length=8)
    player_id = IdField()
    player_message_id = IdField()
    message_class = models.CharField(max_length=LONGEST_CLASS)
    payload = models.TextField()
    badge = models.BooleanField(default=False)
    collapse_key = models.CharField(max_length=64, blank=True, default="")
    expires_ms = models.BigIntegerField(default=0)
    created_ms = models.BigIntegerField()
    due_ms = models.BigIntegerField()
    tries = models.PositiveSmallIntegerField(default=0)
    claim = IdField(blank=True, default="")
    variant = models.SmallIntegerField(null=True, blank=True)
    note = models.TextField(blank=True, default="", db_default="")
    coalesces = models.BooleanField(default=False, db_default=False)
    test = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name_plural = "push outbox"
        indexes = [
            models.Index(fields=["stage", "provider", "due_ms"], name="outbox_due"),
            models.Index(fields=["claim"], condition=~models.Q(claim=""), name="outbox_claimed"),
            models.Index(fields=["device_id"], condition=models.Q(coalesces=True), name="outbox_coalesced"),
        ]

    def __str__(self) -> str:
        return f"{self.message_class} to {self.device_os}"
