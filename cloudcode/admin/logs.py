"""script.log."""

from django.contrib import admin

from cloudcode.models import ScriptLog
from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.scoped_admin import GameScopedAdmin


@admin.register(ScriptLog)
class ScriptLogAdmin(GameScopedAdmin):
    game_path = "stage__game"
    list_display = ("at", "stage", "level", "script", "line", "version", "short")
    list_select_related = ("stage__game",)
    list_filter = (StageFilter, "level")
    lookups = ("run", "player_id", "script", "binding")
    search_fields = ("script__exact", "binding__exact", "player_id__exact", "run__exact")
    search_help_text = "A script's folder and name, a player's id or a run's"
    ordering = ("-id",)
    sortable_by = ()
    fields = ("at", "stage", "level", ("script", "line", "version"), "binding", "player_id", "run", "text")
    readonly_fields = ("at",)

    @admin.display(description="at")
    def at(self, row: ScriptLog) -> str:
        return shown(row.at_ms)

    @admin.display(description="text")
    def short(self, row: ScriptLog) -> str:
        return row.text[:120]
