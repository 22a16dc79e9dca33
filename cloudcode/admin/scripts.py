"""Scripts: written, changed and taken away; what the engine cannot read is not saved."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextareaWidget

from cloudcode.models import Script, ScriptVersion
from cloudcode.scripts import check, remove_script, save_script
from games.admin.filters import GameFilter
from games.admin_access import Role, user_of
from games.kept_shapes import MOST_SCRIPT_BYTES, SCRIPT_FOLDERS, SCRIPT_KEY
from games.references import SCRIPTS_OF_EVENTS
from games.scoped_admin import GameScopedAdmin, ShownInline

WIDGET = UnfoldAdminTextareaWidget(attrs={"rows": 30, "spellcheck": "false", "class": "ops-code"})


class ScriptForm(forms.ModelForm):  # type: ignore[type-arg]
    text = forms.CharField(widget=WIDGET, required=False, max_length=MOST_SCRIPT_BYTES, strip=False)
    note = forms.CharField(
        max_length=200, required=False, help_text="What changed, for those who look later."
    )

    class Meta:
        model = Script
        fields = ("game", "key")
        help_texts = {"key": "Folder and name: event/SCORE, message-user/FriendMessage, modules/ratings."}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk and self.instance.current:
            self.initial["text"] = self.instance.current.text

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if not re.fullmatch(SCRIPT_KEY, key):
            raise forms.ValidationError(
                f"One of the folders {', '.join(SCRIPT_FOLDERS)}, a slash and a name."
            )
        return key

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if fault := check({"text": text}).get("text"):
            raise forms.ValidationError(f"{fault[0].upper()}{fault[1:]}.")
        return text

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        game, key = data.get("game"), data.get("key")
        if game and key:
            folder, _, name = key.partition("/")
            if folder in SCRIPTS_OF_EVENTS and not _has_event(game, name):
                self.add_error("key", f"The game has no event {name}.")
            known = Script.objects.filter(game=game, key=key).first()
            if known is not None and known.current_id is not None:
                self.add_error("key", "The game has this script.")
            elif known is not None:  # it was removed, and goes on with its versions
                self.instance = known
        return data


def _has_event(game: Any, code: str) -> bool:
    from games.section_items import find_item

    return find_item(game, "events", code) is not None


class VersionInline(ShownInline):
    model = ScriptVersion
    fk_name = "script"
    fields = ("number", "author_name", "created", "note", "source")
    readonly_fields = fields
    ordering = ("-number",)
    verbose_name_plural = "versions"

    @admin.display(description="text")
    def source(self, row: ScriptVersion) -> SafeString:
        return format_html('<pre class="ops-code">{}</pre>', row.text)


@admin.register(Script)
class ScriptAdmin(GameScopedAdmin):
    form = ScriptForm
    inlines = (VersionInline,)
    list_display = ("key", "game", "version", "author")
    list_select_related = ("game", "current")
    list_filter = (GameFilter,)
    search_fields = ("key",)
    autocomplete_fields = ("game",)
    fields = ("game", "key", "text", "note")
    ordering = ("game__name", "key")
    sortable_by = ()
    add_role = change_role = delete_role = Role.EDITOR

    def get_queryset(self, request: HttpRequest) -> QuerySet[Script]:
        rows: QuerySet[Script] = super().get_queryset(request)
        return rows.filter(current__isnull=False)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        return ("game", "key", *(() if self.has_change_permission(request, obj) else ("source",)))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None or self.has_change_permission(request, obj):
            return self.fields
        return ("game", "key", "source")

    @admin.display(description="version")
    def version(self, row: Script) -> int | None:
        return row.current.number if row.current else None

    @admin.display(description="by")
    def author(self, row: Script) -> str:
        return row.current.author_name if row.current else ""

    @admin.display(description="text")
    def source(self, row: Script) -> SafeString:
        return format_html('<pre class="ops-code">{}</pre>', row.current.text if row.current else "")

    def audit_target(self, row: Script) -> str:
        return row.key

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = form.cleaned_data
        version = save_script(obj.game, obj.key, given["text"], user_of(request), given["note"])
        obj.pk, obj.current = version.script_id, version

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        remove_script(obj, user_of(request))
