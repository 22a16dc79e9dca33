"""Friendships, to look at: they are made by requests."""

from django.contrib import admin

from games.admin.dates import shown
from games.scoped_admin import GameScopedAdmin
from players.models import Friendship


@admin.register(Friendship)
class FriendshipAdmin(GameScopedAdmin):
    game_path = "player__stage__game"
    list_display = ("player", "friend", "source", "made")
    list_select_related = ("player", "friend")
    lookups = ("player",)
    search_fields = ("player__id__exact",)
    search_help_text = "A player's id"
    ordering = ("-id",)
    sortable_by = ()
    fields = ("player", "friend", "source", "made")
    readonly_fields = ("made",)

    @admin.display(description="since")
    def made(self, row: Friendship) -> str:
        return shown(row.created_ms)
