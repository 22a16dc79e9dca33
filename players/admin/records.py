"""What players' clients reported, to look at."""

from django.contrib import admin

from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.scoped_admin import GameScopedAdmin
from players.models import AnalyticsEvent


@admin.register(AnalyticsEvent)
class AnalyticsEventAdmin(GameScopedAdmin):
    game_path = "stage__game"
    list_display = ("at", "key", "player", "stage", "start", "end")
    list_select_related = ("stage__game", "player")
    list_filter = (StageFilter,)
    search_fields = ("player__id__exact",)
    search_help_text = "A player's id"
    ordering = ("-id",)
    sortable_by = ()
    fields = ("at", "stage", "player", "key", "data", "start", "end")
    readonly_fields = ("at",)

    @admin.display(description="at")
    def at(self, row: AnalyticsEvent) -> str:
        return shown(row.at_ms)
