"""What players uploaded: to look at, to fetch and to delete."""

from django.contrib import admin
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString

from competition.models import Upload
from competition.uploads import uploads
from competition.uploads.links import download_url
from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.admin_access import Role, user_of
from games.scoped_admin import GameScopedAdmin


@admin.register(Upload)
class UploadAdmin(GameScopedAdmin):
    game_path = "stage__game"
    delete_role = Role.EDITOR
    list_display = ("__str__", "id", "player", "stage", "size", "asked", "arrived")
    list_select_related = ("stage__game", "player", "file")
    list_filter = (StageFilter,)
    search_fields = ("id__exact", "player__id__exact")
    search_help_text = "The id of an upload, or of its player"
    ordering = ("-created_ms", "id")
    sortable_by = ()
    fields = ("id", "stage", "player", "name", "size", "asked", "arrived", "data", "content")
    readonly_fields = ("id", "size", "asked", "arrived", "content")

    @admin.display(description="size")
    def size(self, row: Upload) -> str:
        return filesizeformat(row.file.size) if row.file else "–"

    @admin.display(description="asked for")
    def asked(self, row: Upload) -> str:
        return shown(row.created_ms)

    @admin.display(description="arrived")
    def arrived(self, row: Upload) -> str:
        return shown(row.arrived_ms) if row.arrived_ms else "–"

    @admin.display(description="file")
    def content(self, row: Upload) -> SafeString | str:
        """A link that is as good as a player's, for a quarter of an hour. It is saved and not shown."""
        if row.file is None:
            return "Nothing has arrived."
        address = download_url("", row.file, row.name)
        return format_html('<a href="{}" class="text-link" download>Download</a>', address)

    def audit_target(self, row: Upload) -> str:
        return row.pk

    def delete_model(self, request: HttpRequest, obj: Upload) -> None:
        uploads.delete(obj, user_of(request))
