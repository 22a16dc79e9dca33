"""Who works on a game. Users are named by their user name: nobody may look through all that there are."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextInputWidget

from games.admin.filters import GameFilter
from games.admin_access import Role, may, user_of
from games.collaborators import remove, set_role
from games.models import Collaborator, Game, User
from games.scoped_admin import GameScopedAdmin


class CollaboratorForm(forms.ModelForm):  # type: ignore[type-arg]
    user_name = forms.CharField(
        max_length=150,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="As they sign in. Ask an operator to add a user who has no account.",
    )

    class Meta:
        model = Collaborator
        fields = ("game", "role")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "user_name" not in self.fields:
            return data
        user = User.objects.filter(username=data.get("user_name", ""), is_active=True).first()
        if user is None and data.get("user_name"):
            self.add_error("user_name", "There is no such user.")
        elif user and data.get("game") and Collaborator.objects.filter(game=data["game"], user=user).exists():
            self.add_error("user_name", "They work on this game already.")
        self.instance.user = user
        return data

    def _post_clean(self) -> None:
        if "user_name" not in self.errors:
            super()._post_clean()  # type: ignore[misc]


@admin.register(Collaborator)
class CollaboratorAdmin(GameScopedAdmin):
    form = CollaboratorForm
    list_display = ("user", "game", "role")
    list_select_related = ("game", "user")
    list_filter = (GameFilter,)
    search_fields = ("user__username",)
    autocomplete_fields = ("game",)
    ordering = ("game__name", "user__username")
    add_role = change_role = delete_role = Role.ADMIN

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [(None, {"fields": ("game", "user" if obj else "user_name", "role")})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("game", "user", "user_name") if obj else ()

    def audit_target(self, row: Collaborator) -> str:
        return row.user.get_username()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may_touch(request, obj)

    def _may_touch(self, request: HttpRequest, row: Collaborator | None) -> bool:
        """An owner is an owner's business, and the last one stays."""
        if row is None or Collaborator.objects.get(pk=row.pk).role != Role.OWNER:
            return True
        return may(request, row.game_id, Role.OWNER) and _owners(row.game) > 1

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        role = Role(obj.role)
        if not may(request, obj.game_id, role):
            raise ValidationError("Nobody can give a role above their own.")
        saved = set_role(obj.game, obj.user, role, user_of(request))
        obj.pk = saved.pk

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        if not self._may_touch(request, obj):
            raise PermissionDenied
        remove(obj, user_of(request))


def _owners(game: Game) -> int:
    return Collaborator.objects.filter(game=game, role=Role.OWNER).count()
