"""Pushes that are still to be sent."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.admin_access import Role, user_of
from games.scoped_admin import GameScopedAdmin
from players.models import Player
from push.admin.links import link_to, link_to_inbox
from push.models import Device, OutboxPush
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
        *("id", "stage", "message_class", "inbox_row", "player", "device"),
        ("provider", "device_os"),
        ("tries", "claimed"),
        *("created", "due", "expires", "badge", "collapse_key", "payload"),
    )
    readonly_fields = ("inbox_row", "player", "device", "created", "due", "expires", "claimed")
    actions = ("requeue",)

    @admin.display(description="inbox row")
    def inbox_row(self, row: OutboxPush) -> SafeString:
        return link_to_inbox(row.player_message_id)

    @admin.display(description="player")
    def player(self, row: OutboxPush) -> SafeString | str:
        return link_to(Player, row.player_id)

    @admin.display(description="device")
    def device(self, row: OutboxPush) -> SafeString | str:
        return link_to(Device, row.device_id)

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
