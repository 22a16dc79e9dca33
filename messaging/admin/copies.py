"""Players' inboxes: each copy of a message with the reason it is where it is, and its way there."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.scoped_admin import GameScopedAdmin
from messaging.models import PlayerMessage
from messaging.reasons import explain
from messaging.trace import trace


class MessageStageFilter(StageFilter):
    path = "message__stage"


@admin.register(PlayerMessage)
class PlayerMessageAdmin(GameScopedAdmin):
    game_path = "message__stage__game"
    list_display = ("id", "created", "player", "type_code", "state", "why")
    list_select_related = ("message", "player")
    list_filter = (MessageStageFilter, "state")
    lookups = ("player", "message")
    search_fields = ("id__exact", "message__id__exact", "player__id__exact")
    search_help_text = "An id: of a player's message, of a message, of a player"
    ordering = ("-id",)
    sortable_by = ()
    readonly_fields = ("created", "expires", "type_code", "why", "remedy", "timeline", "pretty")
    fieldsets = (
        (None, {"fields": ("why", "remedy", "timeline")}),
        (
            "Message",
            {
                "fields": (
                    *("id", "message", "player", "type_code"),
                    ("created", "expires"),
                    *("state", "status", "variant", "seen", "dismissed", "counts", "pushed", "pretty"),
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlayerMessage]:
        rows: QuerySet[PlayerMessage] = super().get_queryset(request)
        return rows.select_related("message__stage__game", "message__version", "player")

    @admin.display(description="created")
    def created(self, row: PlayerMessage) -> str:
        return shown(row.created_ms)

    @admin.display(description="expires")
    def expires(self, row: PlayerMessage) -> str:
        return shown(row.expires_ms)

    @admin.display(description="type")
    def type_code(self, row: PlayerMessage) -> str:
        return row.message.type_code

    @admin.display(description="why")
    def why(self, row: PlayerMessage) -> str:
        return explain(row.reason).sentence

    @admin.display(description="what to do")
    def remedy(self, row: PlayerMessage) -> str:
        return explain(row.reason).remedy

    @admin.display(description="its way")
    def timeline(self, row: PlayerMessage) -> SafeString:
        events = [(shown(event.at_ms), event.what) for event in trace(row).events]
        return render_to_string("ops/timeline.html", {"events": events})

    @admin.display(description="document")
    def pretty(self, row: Any) -> SafeString:
        text = json.dumps(json.loads(row.document), indent=1, ensure_ascii=False)
        return format_html('<pre class="ops-code">{}</pre>', text)
