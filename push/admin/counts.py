"""How many pushes of each kind were sent, failed and were opened."""

from django.contrib import admin

from games.admin.filters import StageFilter
from games.scoped_admin import GameScopedAdmin
from push.models import PushCount
from push.models.receipts import NO_VARIANT


@admin.register(PushCount)
class PushCountAdmin(GameScopedAdmin):
    game_path = "stage__game"
    list_display = (
        "day",
        "stage",
        "message_class",
        "shown_variant",
        "provider",
        *("sent", "failed", "opened", "rate"),
    )
    list_select_related = ("stage__game",)
    list_filter = (StageFilter, "provider")
    search_fields = ("message_class__exact", "day__exact")
    search_help_text = "A message's class, or a day as 2016-11-30"
    ordering = ("-day", "message_class", "variant", "provider")
    sortable_by = ()
    fields = (
        *("day", "stage", "message_class", "shown_variant", "provider"),
        ("sent", "failed"),
        ("opened", "rate"),
    )
    readonly_fields = ("shown_variant", "rate")

    @admin.display(description="segment variant")
    def shown_variant(self, row: PushCount) -> str:
        return "–" if row.variant == NO_VARIANT else str(row.variant + 1)

    @admin.display(description="open rate")
    def rate(self, row: PushCount) -> str:
        rate = row.open_rate
        return "–" if rate is None else f"{rate:.1%}"
