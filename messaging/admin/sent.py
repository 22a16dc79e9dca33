"""Messages as they were sent, once for all their recipients."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.scoped_admin import GameScopedAdmin
from messaging.models import Message


@admin.register(Message)
class MessageAdmin(GameScopedAdmin):
    game_path = "stage__game"
    list_display = ("id", "created", "stage", "type_code", "reached", "test")
    list_select_related = ("stage__game", "broadcast")
    list_filter = (StageFilter,)
    search_fields = ("id__exact",)
    search_help_text = "A message's id"
    ordering = ("-id",)
    sortable_by = ()
    fields = (
        *("id", "created", "stage", "type_code", "version"),
        *("test", "broadcast_page"),
        ("reached", "copies"),
        *("data", "overrides", "origin"),
    )
    readonly_fields = ("created", "type_code", "broadcast_page", "reached", "copies")

    @admin.display(description="created")
    def created(self, row: Message) -> str:
        return shown(row.created_ms)

    @admin.display(description="type")
    def type_code(self, row: Message) -> str:
        return row.type_code

    @admin.display(description="recipients")
    def reached(self, row: Message) -> int:
        return row.reached

    @admin.display(description="broadcast")
    def broadcast_page(self, row: Message) -> str:
        if not hasattr(row, "broadcast"):
            return "–"
        address = reverse("admin:messaging_broadcast_change", args=[row.pk])
        return format_html('<a href="{}" class="text-link">{}</a>', address, row.broadcast.state)

    @admin.display(description="recipients' copies")
    def copies(self, row: Message) -> SafeString:
        address = f"{reverse('admin:messaging_playermessage_changelist')}?message={row.pk}"
        return format_html('<a href="{}" class="text-link">Show</a>', address)
