"""Registered devices, to look at."""

from django.contrib import admin

from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.scoped_admin import GameScopedAdmin
from push.models import Device


@admin.register(Device)
class DeviceAdmin(GameScopedAdmin):
    """Tokens are shown by their end alone: whoever has one can push to the device."""

    game_path = "stage__game"
    list_display = ("id", "device_os", "provider", "player", "stage", "registered", "disabled")
    list_select_related = ("stage__game", "player")
    list_filter = (StageFilter, "device_os", "provider")
    lookups = ("player",)
    search_fields = ("id__exact", "player__id__exact")
    search_help_text = "A device's or a player's id"
    ordering = ("-id",)
    sortable_by = ()
    fields = ("id", "stage", "player", "device_os", "provider", "token", "made", "registered", "disabled")
    readonly_fields = ("token", "made", "registered")

    @admin.display(description="push token")
    def token(self, row: Device) -> str:
        return row.masked_token

    @admin.display(description="first registered")
    def made(self, row: Device) -> str:
        return shown(row.created_ms)

    @admin.display(description="registered")
    def registered(self, row: Device) -> str:
        return shown(row.updated_ms)
