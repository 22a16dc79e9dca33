"""How runs of scripts went."""

from django.contrib import admin
from django.template.defaultfilters import filesizeformat

from cloudcode.models import ScriptRun
from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.scoped_admin import GameScopedAdmin


@admin.register(ScriptRun)
class ScriptRunAdmin(GameScopedAdmin):
    """Of runs that went well only some are there."""

    game_path = "stage__game"
    list_display = ("at", "stage", "script", "version", "outcome", "took", "calls", "held")
    list_select_related = ("stage__game",)
    list_filter = (StageFilter, "outcome")
    lookups = ("id", "player_id", "script")
    search_fields = ("script__exact", "player_id__exact", "id__exact")
    search_help_text = "A script's folder and name, a player's id or a run's"
    ordering = ("-id",)
    sortable_by = ()
    fields = (
        "at",
        "stage",
        ("script", "version"),
        "player_id",
        "outcome",
        "error",
        ("took", "calls", "held"),
    )
    readonly_fields = ("at", "took", "held")

    @admin.display(description="at")
    def at(self, row: ScriptRun) -> str:
        return shown(row.at_ms)

    @admin.display(description="took")
    def took(self, row: ScriptRun) -> str:
        return f"{row.took_ms:.1f} ms"

    @admin.display(description="memory")
    def held(self, row: ScriptRun) -> str:
        return "–" if row.memory is None else filesizeformat(row.memory)
