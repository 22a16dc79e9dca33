"""Segment queries."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from games.admin.fields import JsonField
from games.admin.filters import GameFilter
from games.admin_access import Role, user_of
from games.scoped_admin import GameScopedAdmin
from players import segment_settings
from players.admin.segments import SHORT_CODE
from players.models import SegmentQuery
from players.segment_queries import QueryFault, compile_query

QUERY_HELP = (
    "A tree of “all”, “any” and “not” over conditions: {“all”: [{“segment”: “COUNTRY”, “is”: “FR”}]}, or "
    "{“field”: “displayName”, “op”: “eq”, “value”: “Ada”}. Fields: displayName, lastSeen, created, online, "
    "scriptData.…, deviceOS. Operators: eq, ne, gt, gte, lt, lte, in, contains, exists. “-P7D”: 7 days ago."
)


class SegmentQueryForm(forms.ModelForm):  # type: ignore[type-arg]
    query = JsonField(required=True, help_text=QUERY_HELP)

    class Meta:
        model = SegmentQuery
        fields = ("game", "short_code", "name", "description", "query")
        help_texts = {"short_code": "Variants, broadcasts and requests name it so. It cannot be changed."}

    def clean_short_code(self) -> str:
        code: str = self.cleaned_data["short_code"]
        SHORT_CODE(code)
        return code

    def clean_query(self) -> Any:
        query = self.cleaned_data["query"]
        try:
            compile_query(query)
        except QueryFault as fault:
            raise forms.ValidationError(fault.faults) from fault
        return query


@admin.register(SegmentQuery)
class SegmentQueryAdmin(GameScopedAdmin):
    form = SegmentQueryForm
    list_display = ("short_code", "name", "game")
    list_select_related = ("game",)
    list_filter = (GameFilter,)
    search_fields = ("short_code", "name")
    autocomplete_fields = ("game",)
    fields = ("game", "short_code", "name", "description", "query")
    ordering = ("game__name", "short_code")
    add_role = change_role = delete_role = Role.EDITOR

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("game", "short_code") if obj else ()

    def audit_target(self, row: SegmentQuery) -> str:
        return row.short_code

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        saved = segment_settings.save_query(
            obj.game,
            obj.short_code,
            user_of(request),
            name=obj.name,
            description=obj.description,
            query=form.cleaned_data["query"],
        )
        obj.pk = saved.pk

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        segment_settings.delete(obj, user_of(request))
