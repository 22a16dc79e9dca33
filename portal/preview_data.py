"""Empties a game's preview stage of what players made, and keeps the configuration."""

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from games.audit import record
from games.models import Game, User

ROWS_A_TIME = 500  # they go with all that hangs on them

# In this order: what holds many players' rows before the players.
EMPTIED = (
    "competition.Challenge",
    "competition.MatchPool",
    "competition.BoardInstance",
    "competition.TotalRecord",
    "competition.PostRecord",
    "competition.Upload",
    "competition.Team",
    "cloudcode.ScriptLog",
    "cloudcode.Document",
    "cloudcode.Collection",
    "cloudcode.ScriptRun",
    "cloudcode.ScheduledItem",
    "cloudcode.BulkJob",
    "cloudcode.CacheEntry",
    "messaging.Broadcast",
    "messaging.Message",
    "push.OutboxPush",
    "push.PushAttempt",
    "push.PushReceipt",
    "push.PushCount",
    "push.DeviceDay",
    "realtime.StageTally",
    "push.Device",
    "players.Player",
    "players.DeviceIdentity",
    "players.FriendInvite",
    "players.AnalyticsEvent",
    "competition.Holdings",
)
# Where it is not the model's own field.
STAGE_OF = {"cloudcode.Document": "collection__stage"}
# What was told by mail, else it would be told again; what an operator set up; when leaderboards were last
# built and emptied and scripts ran; what runs hold now.
KEPT = (
    "games.Alert",
    "push.ProviderAccount",
    "competition.BoardSchedule",
    "cloudcode.SystemTick",
    "cloudcode.ScriptLock",
)


def empty_preview(game: Game, actor: User | None) -> int:
    """The number of players that are gone. Interrupted, it goes on when it is called again."""
    stage_id = game.stage("preview").pk
    gone = {label: _empty(apps.get_model(label), stage_id) for label in EMPTIED}
    record(actor, "preview.emptied", game.api_key, game, players=gone["players.Player"])
    return gone["players.Player"]


def _empty(model: type[Model], stage_id: int) -> int:
    """In small transactions, so that nobody waits for long."""
    whose = STAGE_OF.get(model._meta.label, "stage")
    rows = model._default_manager.filter(**{whose: stage_id}).order_by("pk")
    gone = 0
    while keys := list(rows.values_list("pk", flat=True)[:ROWS_A_TIME]):
        with transaction.atomic():
            model._default_manager.filter(pk__in=keys).delete()
        gone += len(keys)
    return gone
