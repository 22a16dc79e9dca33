"""The push log."""

from django.contrib import admin

from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.scoped_admin import GameScopedAdmin
from push.models import PushAttempt


@admin.register(PushAttempt)
class PushAttemptAdmin(GameScopedAdmin):
    game_path = "stage__game"
    list_display = ("at", "stage", "message_class", "provider", "device_os", "code", "number", "duration_ms")
    list_select_related = ("stage__game",)
    list_filter = (StageFilter, "provider")
    lookups = ("player_id", "player_message_id", "device_id")
    search_fields = ("player_message_id__exact",)
    search_help_text = "A message id of a player's inbox"
    ordering = ("-id",)
    sortable_by = ()
    fields = (
        *("at", "stage", "message_class", "player_message_id", "player_id", "device_id"),
        ("provider", "device_os"),
        ("number", "duration_ms"),
        ("code", "permanent"),
        *("detail", "payload"),
    )
    readonly_fields = ("at",)

    @admin.display(description="at")
    def at(self, row: PushAttempt) -> str:
        return shown(row.at_ms)
