"""How far a message to a large audience has come."""

from django.db import models
from django.db.models import Q

from games.id_field import IdField
from games.models import Stage
from messaging.broadcast_states import Progress, State
from messaging.models.messages import Message


class Broadcast(models.Model):
    """The expansion of one message into its copies, chunk by chunk (messaging.expansion); kept as its record.

    `audience` says who it is for: the players of `player_ids` (a JSON array in order of id), those whom the
    segment query `query` finds, or all of the stage. Of the latter two those up to `last_id` when a worker
    first counted them, so that a slow broadcast does not run after new players for ever.
    `per_player` is JSON, `{player id: fields}`. Both long texts are emptied at the end.
    `script` is JSON: what the message's own script made of it, once it ran
    (messaging.message_scripts.Shaping).

    `cursor` is the last player whose copy is stored, `delivered` the last whose copy was looked at after its
    commit: what lies between is looked at again by whoever takes over.
    `due_ms` is when a worker is to look at it; null when there is nothing to do. While `claim` is set it is
    the end of the claim's lease, and `node` the process that holds it.
    `paced_until_ms` is the moment up to which `rate` is used up, `judge_ms` when a canary is judged.
    `is_told`: somebody started it as a broadcast, and the game's people are told of its end.
    """

    class Audience(models.TextChoices):
        PLAYERS = "players", "players by id"
        QUERY = "query", "a segment query"
        ALL = "all", "all players"

    State = State

    message = models.OneToOneField(
        Message, primary_key=True, on_delete=models.CASCADE, related_name="broadcast"
    )
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(
        max_length=9, choices=[(each.value, each.value) for each in State], default=State.EXPANDING
    )
    audience = models.CharField(max_length=7, choices=Audience.choices)
    query = models.CharField(max_length=64, blank=True, default="")
    player_ids = models.TextField(blank=True, default="")
    per_player = models.TextField(blank=True, default="")
    script = models.TextField(blank=True, default="", db_default="")
    last_id = IdField(blank=True, default="")
    total = models.PositiveIntegerField(null=True, help_text="Players it is for; unknown until counted.")
    expanded = models.PositiveIntegerField(default=0, help_text="Players whose copy is stored.")
    failed = models.PositiveIntegerField(default=0, help_text="Players whose copy could not be made.")
    rate = models.PositiveIntegerField(null=True, help_text="Recipients a second; empty: as fast as it goes.")
    canary = models.PositiveIntegerField(default=0, help_text="Recipients after whom it waits; 0: none.")
    go_on_seconds = models.PositiveIntegerField(
        null=True, help_text="After so long the canary is judged; empty: it waits for an operator."
    )
    failed_share = models.FloatField(default=0.0, help_text="Up to this share of failures it goes on.")
    canary_failed = models.PositiveIntegerField(
        null=True, help_text="Of the canary's recipients: no copy, or its push failed. Known once judged."
    )
    cursor = IdField(blank=True, default="")
    delivered = IdField(blank=True, default="")
    paced_until_ms = models.BigIntegerField(default=0)
    judge_ms = models.BigIntegerField(null=True)
    due_ms = models.BigIntegerField(null=True, default=0)
    claim = IdField(blank=True, default="")
    node = models.CharField(max_length=64, blank=True, default="")
    created_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True)
    is_told = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["due_ms"], name="broadcast_due", condition=Q(due_ms__isnull=False)),
            models.Index(fields=["stage", "message"], name="broadcast_by_stage"),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def progress(self) -> Progress:
        return Progress(
            state=State(self.state),
            total=self.total,
            done=self.expanded + self.failed,
            rate=self.rate,
            canary=self.canary,
            paced_until_ms=self.paced_until_ms,
            judge_ms=self.judge_ms,
        )
