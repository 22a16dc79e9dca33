"""Segments with their values."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import RegexValidator
from django.http import HttpRequest

from games.admin.fields import LinesField
from games.admin.filters import GameFilter
from games.admin_access import Role, user_of
from games.models.credentials import SHORT_CODE_PATTERN
from games.scoped_admin import GameScopedAdmin
from players import segment_settings
from players.models import Segment

SHORT_CODE = RegexValidator(SHORT_CODE_PATTERN, "“%(value)s”: up to 50 letters, digits, _ and -.")
VALUES_HELP = "One on each line: its short code, and after a space its name. FR France"


class SegmentForm(forms.ModelForm):  # type: ignore[type-arg]
    values = LinesField(help_text=VALUES_HELP)

    class Meta:
        model = Segment
        fields = ("game", "short_code", "name", "description")
        help_texts = {"short_code": "Scripts, queries and requests name it so. It cannot be changed."}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            rows = self.instance.values.order_by("short_code")
            self.initial["values"] = [f"{row.short_code} {row.name}".rstrip() for row in rows]

    def clean_short_code(self) -> str:
        code: str = self.cleaned_data["short_code"]
        SHORT_CODE(code)
        return code

    def clean_values(self) -> dict[str, dict[str, str]]:
        """By short code, with the description each value has."""
        before = (
            {row.short_code: row.description for row in self.instance.values.all()}
            if self.instance.pk
            else {}
        )
        values: dict[str, dict[str, str]] = {}
        for line in self.cleaned_data["values"]:
            code, _, name = line.partition(" ")
            SHORT_CODE(code)
            if code in values:
                raise forms.ValidationError(f"{code} is there twice.")
            values[code] = {"name": name.strip()[:255], "description": before.get(code, "")}
        return values


@admin.register(Segment)
class SegmentAdmin(GameScopedAdmin):
    form = SegmentForm
    list_display = ("short_code", "name", "game")
    list_select_related = ("game",)
    list_filter = (GameFilter,)
    search_fields = ("short_code", "name")
    autocomplete_fields = ("game",)
    fields = ("game", "short_code", "name", "description", "values")
    ordering = ("game__name", "short_code")
    add_role = change_role = delete_role = Role.EDITOR

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        return (
            "game",
            "short_code",
            *(() if self.has_change_permission(request, obj) else ("shown_values",)),
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None or self.has_change_permission(request, obj):
            return self.fields
        return ("game", "short_code", "name", "description", "shown_values")

    @admin.display(description="values")
    def shown_values(self, row: Segment) -> str:
        return ", ".join(value.short_code for value in row.values.order_by("short_code"))

    def audit_target(self, row: Segment) -> str:
        return row.short_code

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        saved = segment_settings.save_segment(
            obj.game,
            obj.short_code,
            user_of(request),
            name=obj.name,
            description=obj.description,
            values=form.cleaned_data["values"],
        )
        obj.pk = saved.pk

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        segment_settings.delete(obj, user_of(request))
