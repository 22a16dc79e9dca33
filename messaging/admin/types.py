"""Message types: their list, their editor with its preview, and extensions of the game's own."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.validators import RegexValidator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from games.admin.asked_game import asked_game
from games.admin_access import Role, games_with, may, user_of
from games.admin_actions import detail_action
from games.models import Game
from games.scoped_admin import GameScopedAdmin
from messaging.admin.editor import Editor
from messaging.message_settings import SettingsFault
from messaging.message_types import EXTENSION_PREFIX, delete_extension, save_extension
from messaging.models import MessageType
from messaging.overview import groups_of, is_known
from messaging.settings_shape import EXTENSION_PATTERN


class ExtensionForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = MessageType
        fields = ("game", "key", "name", "description")
        labels = {"key": "Short code"}
        help_texts = {
            "key": "Capital letters, digits and _. Players get it as a ScriptMessage with this extCode. "
            "It cannot be changed."
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["key"].validators.append(
            RegexValidator(rf"\A{EXTENSION_PATTERN}\Z", "Capital letters, digits and _, a letter first.")
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if (
            data.get("game")
            and data.get("key")
            and is_known(data["game"], f"{EXTENSION_PREFIX}{data['key']}")
        ):
            self.add_error("key", "The game has an extension of this short code.")
        return data


@admin.register(MessageType)
class MessageTypeAdmin(GameScopedAdmin):
    form = ExtensionForm
    fields = ("game", "key", "name", "description")
    autocomplete_fields = ("game",)
    search_fields = ("key", "name")
    add_role = change_role = Role.EDITOR
    actions_detail = ("remove",)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        address = "game/<int:game_id>/<str:key>/"
        return [
            path(address, wrap(self.edit_view), name="messaging_messagetype_edit"),
            path(f"{address}preview/", wrap(self.preview_view), name="messaging_messagetype_preview"),
            *super().get_urls(),
        ]

    # --- the list ----------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """One game's types; which game is asked for where there are several."""
        if request.method != "GET":
            raise Http404
        games, game = asked_game(request)
        context = {
            **self.admin_site.each_context(request),
            "title": "Messages",
            "subtitle": game.name if game else None,
            "opts": self.opts,
            "games": games,
            "game": game,
            "groups": groups_of(game) if game else (),
            "may_add": game is not None and may(request, game.pk, Role.EDITOR),
            "add_url": reverse("admin:messaging_messagetype_add"),
        }
        return TemplateResponse(request, "ops/message_types.html", context)

    # --- the editor --------------------------------------------------------------------------------------

    def edit_view(self, request: HttpRequest, game_id: int, key: str) -> HttpResponse:
        game = self._game(request, game_id, key)
        return Editor(self, request, game, key).page()

    def preview_view(self, request: HttpRequest, game_id: int, key: str) -> HttpResponse:
        """A rendering of the form's state. Stores nothing; whoever may look may ask."""
        game = self._game(request, game_id, key)
        return require_POST(lambda asked: JsonResponse(Editor(self, asked, game, key).preview()))(request)

    def _game(self, request: HttpRequest, game_id: int, key: str) -> Game:
        game = games_with(request).filter(pk=game_id).first()
        if game is None or not is_known(game, key):
            raise Http404
        return game

    # --- rows: extensions --------------------------------------------------------------------------------

    def page_of(self, row: Any) -> str:
        return reverse("admin:messaging_messagetype_edit", args=[row.game_id, row.key])

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return HttpResponseRedirect(self.page_of(self.find(request, object_id)))

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("game", "current")

    def audit_target(self, row: Any) -> str:
        return str(row.key)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        try:
            saved = save_extension(obj.game, obj.key, obj.name, obj.description, user_of(request))
        except SettingsFault as error:
            raise forms.ValidationError(error.faults) from error
        obj.pk, obj.key = saved.pk, saved.key

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        messages.success(request, f"The extension {obj.ext_code} was added.")
        return HttpResponseRedirect(self.page_of(obj))

    @detail_action(
        "Remove extension",
        "It can be sent no more; messages already sent stay. Remove it?",
        Role.EDITOR,
        icon="delete",
        danger=True,
    )
    def remove(self, request: HttpRequest, row: MessageType) -> HttpResponse:
        try:
            delete_extension(row, user_of(request))
        except SettingsFault as error:
            raise forms.ValidationError(error.faults) from error
        messages.success(request, f"The extension {row.ext_code} was removed.")
        return HttpResponseRedirect(f"{reverse('admin:messaging_messagetype_changelist')}?game={row.game_id}")
