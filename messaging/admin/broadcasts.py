"""Broadcasts: how far each has come, and the buttons that stop it and let it go on."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.admin_access import Role, user_of
from games.admin_actions import detail_action
from games.scoped_admin import GameScopedAdmin
from messaging.broadcast_states import Action, Refused
from messaging.broadcasts import act
from messaging.models import Broadcast


@admin.register(Broadcast)
class BroadcastAdmin(GameScopedAdmin):
    game_path = "stage__game"
    list_display = ("message_id", "created", "stage", "type_code", "for_whom", "state", "reached", "failed")
    list_select_related = ("stage__game", "message")
    list_filter = (StageFilter, "state")
    search_fields = ("message__id__exact",)
    search_help_text = "A message's id"
    ordering = ("-message_id",)
    sortable_by = ()
    fields = (
        *("message_page", "created", "ended", "stage", "type_code", "for_whom"),
        ("state", "reached", "failed"),
        *("rate", "canary", "canary_failed", "go_on_seconds", "failed_share"),
    )
    readonly_fields = ("message_page", "created", "ended", "type_code", "for_whom", "reached")
    actions_detail = ("pause", "resume", "abort")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Broadcast]:
        rows: QuerySet[Broadcast] = super().get_queryset(request)
        return rows.select_related("stage__game", "message").defer("player_ids", "per_player")

    @admin.display(description="created")
    def created(self, row: Broadcast) -> str:
        return shown(row.created_ms)

    @admin.display(description="ended")
    def ended(self, row: Broadcast) -> str:
        return shown(row.ended_ms)

    @admin.display(description="type")
    def type_code(self, row: Broadcast) -> str:
        return row.message.type_code

    @admin.display(description="for")
    def for_whom(self, row: Broadcast) -> str:
        return row.query or row.get_audience_display()

    @admin.display(description="reached")
    def reached(self, row: Broadcast) -> str:
        return f"{row.expanded:,} of {'…' if row.total is None else format(row.total, ',')}"

    @admin.display(description="message")
    def message_page(self, row: Broadcast) -> SafeString:
        address = reverse("admin:messaging_message_change", args=[row.pk])
        return format_html('<a href="{}" class="text-link">{}</a>', address, row.pk)

    @detail_action("Pause", "Nobody more gets it until it is resumed. Pause?", Role.EDITOR, icon="pause")
    def pause(self, request: HttpRequest, row: Broadcast) -> None:
        self._act(request, row, Action.PAUSE, "paused")

    @detail_action(
        "Resume", "It goes on with the players who are left. Resume?", Role.EDITOR, icon="play_arrow"
    )
    def resume(self, request: HttpRequest, row: Broadcast) -> None:
        self._act(request, row, Action.RESUME, "resumed")

    @detail_action(
        "Abort",
        "It ends for good. Who has it keeps it, nobody more gets it. Abort?",
        Role.EDITOR,
        icon="stop",
        danger=True,
    )
    def abort(self, request: HttpRequest, row: Broadcast) -> None:
        self._act(request, row, Action.ABORT, "aborted")

    def _act(self, request: HttpRequest, row: Broadcast, action: Action, done: str) -> None:
        try:
            act(row.stage, row.pk, action, user_of(request))
        except Refused as refused:
            raise ValidationError(str(refused)) from None
        messages.success(request, f"The broadcast was {done}.")
