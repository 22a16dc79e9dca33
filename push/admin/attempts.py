"""The push log."""

from django.contrib import admin
from django.utils.safestring import SafeString

from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.scoped_admin import GameScopedAdmin
from players.models import Player
from push.admin.links import link_to, link_to_inbox
from push.explaining import explain
from push.models import Device, PushAttempt


@admin.register(PushAttempt)
class PushAttemptAdmin(GameScopedAdmin):
    game_path = "stage__game"
    list_display = (
        "at",
        "stage",
        "message_class",
        "provider",
        "device_os",
        "code",
        "meaning",
        "number",
        "took",
    )
    list_select_related = ("stage__game",)
    list_filter = (StageFilter, "provider")
    lookups = ("player_id", "player_message_id", "device_id")
    search_fields = ("player_message_id__exact",)
    search_help_text = "A message id of a player's inbox"
    ordering = ("-id",)
    sortable_by = ()
    fields = (
        *("at", "stage", "message_class", "inbox_row", "player", "device"),
        ("provider", "device_os"),
        ("number", "took"),
        ("code", "permanent"),
        *("meaning", "remedy", "detail", "payload"),
    )
    readonly_fields = ("at", "took", "inbox_row", "player", "device", "meaning", "remedy")

    @admin.display(description="inbox row")
    def inbox_row(self, row: PushAttempt) -> SafeString:
        return link_to_inbox(row.player_message_id)

    @admin.display(description="player")
    def player(self, row: PushAttempt) -> SafeString | str:
        return link_to(Player, row.player_id)

    @admin.display(description="device")
    def device(self, row: PushAttempt) -> SafeString | str:
        return link_to(Device, row.device_id)

    @admin.display(description="at")
    def at(self, row: PushAttempt) -> str:
        return shown(row.at_ms)

    @admin.display(description="what it means")
    def meaning(self, row: PushAttempt) -> str:
        return explain(row.code, row.provider).sentence

    @admin.display(description="what to do")
    def remedy(self, row: PushAttempt) -> str:
        return explain(row.code, row.provider).remedy

    @admin.display(description="took")
    def took(self, row: PushAttempt) -> str:
        return f"{row.duration_ms} ms"
