"""The versions of message settings: each stays as it was saved, and can be made the newest again."""

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from games.admin_access import Role, user_of
from games.admin_actions import detail_action
from games.scoped_admin import GameScopedAdmin
from messaging.message_settings import SettingsFault, save_version, settings_of
from messaging.models import MessageVersion


@admin.register(MessageVersion)
class MessageVersionAdmin(GameScopedAdmin):
    game_path = "message_type__game"
    list_display = ("message_type", "number", "author_name", "created", "note", "is_current")
    list_select_related = ("message_type__game",)
    lookups = ("message_type",)
    search_fields = ("message_type__key",)
    ordering = ("-id",)
    sortable_by = ()
    fields = ("message_type", "number", "is_current", "author_name", "created", "note", "settings")
    readonly_fields = ("is_current", "settings")
    actions_detail = ("restore",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[MessageVersion]:
        rows: QuerySet[MessageVersion] = super().get_queryset(request)
        return rows.select_related("message_type__game")

    def audit_target(self, row: MessageVersion) -> str:
        return row.message_type.key

    @admin.display(description="in preview", boolean=True)
    def is_current(self, row: MessageVersion) -> bool:
        return row.message_type.current_id == row.pk

    @admin.display(description="settings")
    def settings(self, row: Any) -> SafeString:
        text = json.dumps(settings_of(row), indent=1, ensure_ascii=False)
        return format_html('<pre class="ops-code">{}</pre>', text)

    @detail_action(
        "Restore",
        "Its settings become the newest version, for preview. Restore?",
        Role.EDITOR,
        icon="history",
    )
    def restore(self, request: HttpRequest, row: MessageVersion) -> None:
        note = f"Restored version {row.number}"
        try:
            save_version(row.message_type, settings_of(row), user_of(request), note)
        except SettingsFault as error:
            raise ValidationError(error.faults) from error
        messages.success(request, f"{note}.")
