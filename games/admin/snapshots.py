"""Snapshots: what was published, when and by whom."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from games.admin.filters import GameFilter
from games.models import Snapshot, Stage
from games.scoped_admin import GameScopedAdmin


@admin.register(Snapshot)
class SnapshotAdmin(GameScopedAdmin):
    """Never changed. A new one is made by a game's "Publish"."""

    list_display = ("__str__", "game", "source", "author", "created", "is_live")
    list_select_related = ("game", "author")
    list_filter = (GameFilter,)
    sortable_by = ()
    fields = ("game", "description", "note", "source", "author", "created", "is_live", "pretty")
    readonly_fields = ("is_live", "pretty")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Snapshot]:
        """The list needs no documents, which may be large."""
        live = Stage.objects.filter(snapshot=OuterRef("pk"))
        rows: QuerySet[Snapshot] = super().get_queryset(request)
        return rows.defer("document").annotate(live=Exists(live))

    @admin.display(description="live", boolean=True)
    def is_live(self, row: Any) -> bool:
        return bool(row.live)

    @admin.display(description="document")
    def pretty(self, row: Snapshot) -> SafeString:
        return format_html('<pre class="ops-code">{}</pre>', row.document)
