"""Pushes that are still to be sent."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.admin_access import Role, user_of
from games.scoped_admin import GameScopedAdmin
from push.models import OutboxPush
from push.requeue import requeue


@admin.register(OutboxPush)
class OutboxPushAdmin(GameScopedAdmin):
    game_path = "stage__game"
    list_display = ("id", "stage", "message_class", "provider", "device_os", "due", "tries", "claimed")
    list_select_related = ("stage__game",)
    list_filter = (StageFilter, "provider")
    search_fields = ("player_message_id__exact", "player_id__exact")
    search_help_text = "A message's or a player's id"
    ordering = ("-id",)
    sortable_by = ()
    fields = (
        *("id", "stage", "message_class", "player_message_id", "player_id", "device_id"),
        ("provider", "device_os"),
        ("tries", "claimed"),
        *("created", "due", "expires", "badge", "collapse_key", "payload"),
    )
    readonly_fields = ("created", "due", "expires", "claimed")
    actions = ("requeue",)

    @admin.display(description="created")
    def created(self, row: OutboxPush) -> str:
        return shown(row.created_ms)

    @admin.display(description="due")
    def due(self, row: OutboxPush) -> str:
        return shown(row.due_ms)

    @admin.display(description="expires")
    def expires(self, row: OutboxPush) -> str:
        return shown(row.expires_ms)

    @admin.display(boolean=True)
    def claimed(self, row: OutboxPush) -> bool:
        return bool(row.claim)

    @admin.action(description="Requeue: try again now")
    def requeue(self, request: HttpRequest, queryset: QuerySet[OutboxPush]) -> None:
        rows = self.permitted(request, queryset.select_related("stage"), Role.EDITOR)
        messages.success(request, f"Due now: {requeue(rows, user_of(request))}.")
