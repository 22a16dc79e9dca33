"""What scripts keep of a player and no client ever sees."""

from django.db import models

from players.models import Player
from players.models.player import Utf8Encoder


class PrivateData(models.Model):
    player = models.OneToOneField(Player, primary_key=True, on_delete=models.CASCADE, related_name="+")
    data = models.JSONField(default=dict, encoder=Utf8Encoder)

    class Meta:
        verbose_name_plural = "private data"

    def __str__(self) -> str:
        return self.player_id
