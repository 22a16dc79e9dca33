"""Credentials: their secrets are shown once, when they are made or reset."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse

from games.admin.fields import LinesField
from games.admin.filters import GameFilter
from games.admin_access import Role, user_of
from games.admin_actions import detail_action, show_secrets
from games.credentials import SYSTEM, delete_credential, reset_secret, save_credential
from games.models import Credential
from games.scoped_admin import GameScopedAdmin

_REQUEST = RegexValidator(r"\A(\*|[A-Z][A-Za-z0-9]*Request)\Z", "“%(value)s” is no request's name, nor *.")
_RIGHTS = ("player", "listener", "listen_all", "callback", "rest_policy", "admin")


class CredentialForm(forms.ModelForm):  # type: ignore[type-arg]
    allow = LinesField(
        label="Allowed requests",
        validators=[_REQUEST],
        help_text="One name on each line, such as SendFriendMessageRequest; * allows all.",
    )
    deny = LinesField(
        label="Forbidden requests",
        validators=[_REQUEST],
        help_text="One name on each line; it wins over what is allowed.",
    )

    class Meta:
        model = Credential
        fields = ("game", "short_code", "name", *_RIGHTS, "allow", "deny")
        help_texts = {
            "short_code": "Part of the socket's address. It cannot be changed.",
            "player": "Players log in over it. Off: a server uses it, for the player each request names.",
            "listener": "Messages travel over its sockets.",
            "callback": "May be used by callback addresses.",
            "rest_policy": "Whether requests may come over REST with it.",
            "admin": "May send administration requests.",
        }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        game, code = data.get("game"), data.get("short_code")
        if game and code and Credential.objects.filter(game=game, short_code=code).exists():
            self.add_error("short_code", "The game has a credential of this short code.")
        return data


@admin.register(Credential)
class CredentialAdmin(GameScopedAdmin):
    form = CredentialForm
    list_display = ("short_code", "name", "game", "player", "listener", "rest_policy", "admin")
    list_select_related = ("game",)
    list_filter = (GameFilter,)
    search_fields = ("short_code", "name")
    autocomplete_fields = ("game",)
    fieldsets = (
        (None, {"fields": ("game", "short_code", "name")}),
        ("Rights", {"fields": (*_RIGHTS, "allow", "deny")}),
    )
    add_role = change_role = delete_role = Role.ADMIN
    actions_detail = ("reset",)

    def audit_target(self, row: Credential) -> str:
        return row.short_code

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("game", "short_code") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.short_code in SYSTEM:
            return False
        return super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        names = ("name", *_RIGHTS, "allow", "deny")
        fields = {name: getattr(obj, name) for name in names}
        saved = save_credential(obj.game, obj.short_code, fields, user_of(request))
        obj.pk, obj.secret = saved.pk, saved.secret
        obj._state.adding = False

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        return show_secrets(self, request, obj, "The credential was added", {obj.short_code: obj.secret})

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_credential(obj, user_of(request))

    @detail_action(
        "Reset secret",
        "Whatever signs in with the present secret is refused from now on. Make a new one?",
        Role.ADMIN,
        icon="key",
        danger=True,
    )
    def reset(self, request: HttpRequest, row: Credential) -> HttpResponse:
        secret = reset_secret(row, user_of(request))
        return show_secrets(self, request, row, "The secret was reset", {row.short_code: secret})

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        if self.find(request, str(object_id)).short_code == "device":
            return []
        return super().get_actions_detail(request, object_id)
