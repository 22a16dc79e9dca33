"""What is remembered of requests for a while."""

from django.db import models

from games.id_field import IdField
from games.models import Stage
from players.models.player import Player, Utf8Encoder
from protocol.dates import now_ms


class DurableReply(models.Model):
    """The answer that a durable request got, byte for byte; `key` as `players.durable.reply_key` makes it."""

    key = IdField(primary_key=True, max_length=64)
    response = models.TextField(blank=True, default="")
    created_ms = models.BigIntegerField(default=now_ms, db_index=True)

    class Meta:
        verbose_name_plural = "durable replies"

    def __str__(self) -> str:
        return f"{self.key[:8]}…"


class AnalyticsEvent(models.Model):
    """What an AnalyticsRequest said: a key with data, or the start or end of a timed span."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+")
    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255, blank=True, default="")
    data = models.JSONField(null=True, blank=True, encoder=Utf8Encoder)
    start = models.BooleanField(default=False)
    end = models.BooleanField(default=False)
    at_ms = models.BigIntegerField(default=now_ms, db_index=True)

    def __str__(self) -> str:
        return f"{self.key} of {self.player_id}"
