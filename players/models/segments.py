"""A game's own division of its players: segments with their values, and named queries over players."""

from django.db import models

from games.models import Game
from players.models.player import Utf8Encoder


class Segment(models.Model):
    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="segments")
    short_code = models.CharField(max_length=64)
    name = models.CharField(max_length=255, blank=True, default="")
    description = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["game", "short_code"], name="segment_of_game")]

    def __str__(self) -> str:
        return self.short_code


class SegmentValue(models.Model):
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="values")
    short_code = models.CharField(max_length=64)
    name = models.CharField(max_length=255, blank=True, default="")
    description = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "short_code"], name="value_of_segment")]

    def __str__(self) -> str:
        return self.short_code


class SegmentQuery(models.Model):
    """`query` is a tree as game-config.md describes it, checked by `players.segment_queries`."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="segment_queries")
    short_code = models.CharField(max_length=64)
    name = models.CharField(max_length=255, blank=True, default="")
    description = models.TextField(blank=True, default="")
    query = models.JSONField(default=dict, encoder=Utf8Encoder)

    class Meta:
        verbose_name_plural = "segment queries"
        constraints = [models.UniqueConstraint(fields=["game", "short_code"], name="segment_query_of_game")]

    def __str__(self) -> str:
        return self.short_code
