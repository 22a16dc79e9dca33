"""A message as it was sent, and one row for each player it is for."""

from django.db import models
from django.db.models import Q

from games.id_field import IdField
from games.models import Stage
from players.models import Player
from protocol.ids import new_id


class Message(models.Model):
    """What was sent, once, whatever the number of recipients. Never changed after it is written.

    `version` is the settings version it was made from; null means the class's defaults.
    `recipients` are those whose copies were stored with it; a large audience is its `broadcast`'s to count.
    `expires_ms` is when its copies expire. Like them it names others without foreign keys.
    """

    id = IdField(primary_key=True, default=new_id, editable=False)
    stage = models.ForeignKey(
        Stage, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    message_class = models.CharField(max_length=64)
    ext_code = models.CharField(max_length=64, blank=True)
    data = models.TextField(default="{}")
    version = models.ForeignKey(
        "messaging.MessageVersion",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    overrides = models.TextField(default="", blank=True)
    origin = models.TextField(default="{}")
    recipients = models.PositiveIntegerField(default=0)
    test = models.BooleanField(default=False)
    created_ms = models.BigIntegerField()
    expires_ms = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["stage", "created_ms"], name="message_by_stage")]

    def __str__(self) -> str:
        return f"{self.type_code} {self.id}"

    @property
    def reached(self) -> int:
        """How many players' copies are stored by now."""
        broadcast = getattr(self, "broadcast", None)
        return self.recipients if broadcast is None else broadcast.expanded

    @property
    def type_code(self) -> str:
        """How configuration names the type: the class, or `ScriptMessage_<extCode>`."""
        return f"{self.message_class}_{self.ext_code}" if self.ext_code else self.message_class


class PlayerMessage(models.Model):
    """One recipient's copy. Its id is the wire's messageId; `document` is the finished wire document.

    `state` says whether a socket is still owed it; `reason` why it is where it is (messaging.reasons).
    `due_ms` is when the sweeper must look at the row again: undecided after 5 s, written and unconfirmed
    after 90 s, otherwise at its expiry; null when nothing can change any more.
    `decided` is what the last decision that found devices saw (messaging.decision_inputs).

    No foreign key stands in the database: checking two was half of what a row cost PostgreSQL. The message is
    stored before its copies or with them and deleted after them (messaging.retention); what is stored for a
    player who is being deleted is deleted too (messaging.departing).
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waiting for a socket"
        DELIVERED = "delivered", "confirmed by a client"
        CLOSED = "closed", "not owed to any socket"

    OVER = (State.DELIVERED, State.CLOSED)  # excluded beside ids: why not `waiting`, messaging.rows says

    id = IdField(primary_key=True, default=new_id, editable=False)
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="copies", db_index=False, db_constraint=False
    )
    player = models.ForeignKey(
        Player, on_delete=models.CASCADE, related_name="messages", db_index=False, db_constraint=False
    )
    document = models.TextField()
    created_ms = models.BigIntegerField()
    expires_ms = models.BigIntegerField()
    due_ms = models.BigIntegerField(null=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=64, blank=True)
    pushed = models.BooleanField(
        default=False, help_text="A push was made for it once; it is not made again."
    )
    variant = models.SmallIntegerField(
        null=True, help_text="Which segment variant it was made from; null is none."
    )
    counts = models.BooleanField(default=True, help_text="Counts for the badge while it is unseen.")
    seen = models.BooleanField(default=False, db_default=False)
    status = models.CharField(
        max_length=64, default="NEW", db_default="NEW", help_text="Set by the player's client."
    )
    dismissed = models.BooleanField(default=False)
    warnings = models.TextField(default="", blank=True)
    decided = models.TextField(default="", db_default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "player"], name="one_copy_a_player")]
        indexes = [
            models.Index(
                fields=["player", "created_ms", "id"], name="player_waiting", condition=Q(state="waiting")
            ),
            models.Index(
                fields=["player", "created_ms", "id"], name="player_inbox", condition=Q(dismissed=False)
            ),
            models.Index(fields=["due_ms"], name="player_message_due", condition=Q(due_ms__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.id
