"""The audit: read by all who work on the game, changed by nobody."""

from django.contrib import admin
from django.http import HttpRequest

from games.admin.filters import GameFilter
from games.admin_access import Role
from games.models import AuditEntry
from games.scoped_admin import GameScopedAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(GameScopedAdmin):
    """Entries without a game concern the installation: superusers alone see them."""

    list_display = ("created", "game", "actor_name", "action", "target")
    list_select_related = ("game",)
    list_filter = (GameFilter,)
    search_fields = ("action", "target", "actor_name")
    search_help_text = "Action, target or user name"
    fields = ("created", "game", "actor_name", "action", "target", "detail")
    view_role = Role.VIEWER
    sortable_by = ()

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {**super().get_model_perms(request), "add": False, "change": False, "delete": False}
