"""What the runs of a stage share for a while."""

from django.db import models

from games.id_field import IdField
from games.models import Stage


class CacheEntry(models.Model):
    """A value of `Spark.getCache()`, as JSON. `size` in characters. `used_ms` is right to the minute."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    value = models.TextField()
    size = models.PositiveIntegerField()
    used_ms = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stage", "key"], name="cache_stage_key")]
        verbose_name_plural = "cache entries"

    def __str__(self) -> str:
        return self.key


class ScriptLock(models.Model):
    """Held by `owner`, all runs of one request or message together, until they end or are dead for sure."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=200)
    owner = IdField(db_index=True)
    until_ms = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stage", "name"], name="script_lock_stage_name")]

    def __str__(self) -> str:
        return self.name
