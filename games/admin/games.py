"""Games and their stages: adding a game, publishing, the switches of a stage."""

from typing import Any

import msgspec
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from games.admin.filters import GameFilter
from games.admin_access import Role, user_of
from games.admin_actions import detail_action, show_secrets
from games.documents import DocumentFaults, import_game
from games.lookup import find_game
from games.models import Credential, Game, Stage
from games.publish_warnings import publish_warnings
from games.publishing import create_game, publish
from games.scoped_admin import GameScopedAdmin, ShownInline
from games.stages import set_sandbox_push

LINK = '<a href="{}" class="text-link">{}</a>'
LINKS = '<span class="ops-row">{}</span>'


class GameForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Game
        fields = ("name", "description", "api_key")
        help_texts = {"api_key": "Names the game in every address and cannot be changed. Empty: one is made."}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "api_key" in self.fields:
            self.fields["api_key"].required = False

    def clean_api_key(self) -> str:
        key: str = self.cleaned_data["api_key"]
        if key and find_game(key):
            raise ValidationError(f"The API key {key} is taken.")
        return key


class StageInline(ShownInline):
    model = Stage
    fields = ("name", "version", "snapshot", "sandbox_push")
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("game", "snapshot").order_by("-name")


@admin.register(Game)
class GameAdmin(GameScopedAdmin):
    game_path = ""
    form = GameForm
    list_display = ("name", "api_key", "created", "pages")
    search_fields = ("name", "api_key")
    fields = ("name", "description", "api_key")
    inlines = (StageInline,)
    change_role = Role.ADMIN
    actions_detail = ("publish",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Every operator: the game they add is theirs."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The empty list too: it leads to "Add game"."""
        return self.has_add_permission(request) if obj is None else super().has_view_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("api_key",) if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def audit_target(self, row: Game) -> str:
        return row.api_key

    @admin.display(description="configuration")
    def pages(self, row: Game) -> SafeString:
        return format_html(LINKS, format_html_join(" ", LINK, links_of(row)))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            _describe(obj, request)
            return
        made = create_game(obj.name, user_of(request), obj.api_key or None, obj.description)
        obj.pk, obj.api_key, obj.created = made.pk, made.api_key, made.created
        obj._state.adding = False

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        rows = Credential.objects.filter(game=obj).order_by("short_code")
        secrets = {"API key": obj.api_key} | {f"{row.name} ({row.short_code})": row.secret for row in rows}
        return show_secrets(self, request, obj, "The game was added", secrets)

    @detail_action(
        "Publish",
        "The preview stage's configuration becomes the live one, for every player within a second. Publish?",
        Role.ADMIN,
        icon="rocket_launch",
    )
    def publish(self, request: HttpRequest, row: Game) -> None:
        try:
            snapshot = publish(row, user_of(request), request.POST.get("note", "")[:200])
        except DocumentFaults as error:
            raise ValidationError(error.faults) from error
        messages.success(request, f"Published: {snapshot}.")
        for sentence in publish_warnings(row):
            messages.warning(request, sentence)


@admin.register(Stage)
class StageAdmin(GameScopedAdmin):
    list_display = ("__str__", "version", "snapshot", "sandbox_push")
    list_select_related = ("game", "snapshot")
    list_filter = (GameFilter,)
    search_fields = ("game__name", "game__api_key")
    fields = ("game", "name", "version", "snapshot", "sandbox_push")
    readonly_fields = ("game", "name", "version", "snapshot")
    ordering = ("game__name", "-name")
    change_role = Role.ADMIN

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stage]:
        return super().get_queryset(request).select_related("game", "snapshot")

    def audit_target(self, row: Stage) -> str:
        return row.name

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if "sandbox_push" in form.changed_data:
            set_sandbox_push(obj, obj.sandbox_push, user_of(request))


def links_of(game: Game) -> list[tuple[str, str]]:
    """A game's most used pages, each with its address."""
    pages = (
        ("games_storedsection", "Configuration"),
        ("messaging_messagetype", "Messages"),
        ("players_segment", "Segments"),
        ("games_credential", "Credentials"),
        ("games_auditentry", "Audit"),
    )
    return [(f"{reverse(f'admin:{name}_changelist')}?game={game.pk}", label) for name, label in pages]


def _describe(game: Game, request: HttpRequest) -> None:
    """Name and description are part of the game document, so they change as it does: by importing it."""
    document = {
        "format": "flint.game/1",
        "apiKey": game.api_key,
        "name": game.name,
        "description": game.description,
    }
    try:
        import_game(msgspec.json.encode(document).decode(), user_of(request))
    except DocumentFaults as error:
        raise ValidationError(error.faults) from error
