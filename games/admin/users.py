"""Users of the installation: superusers' business alone."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.http import Http404, HttpRequest, HttpResponse
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from games.admin_access import Role, user_of
from games.audit import record
from games.models import Collaborator, User
from games.scoped_admin import GameScopedAdmin, ShownInline


class CollaborationInline(ShownInline):
    model = Collaborator
    fields = ("game", "role")
    verbose_name_plural = "works on"


if TYPE_CHECKING:
    _Bases = GameScopedAdmin
else:
    _Bases = type("_Bases", (GameScopedAdmin, StockUserAdmin), {})


@admin.register(User)
class UserAdmin(_Bases):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "first_name", "last_name", "is_staff", "is_superuser", "is_active")
    list_filter = ("is_staff", "is_superuser", "is_active")
    search_fields = ("username", "email", "first_name", "last_name")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        (
            "Rights",
            {
                "fields": ("is_active", "is_staff", "is_superuser"),
                "description": "Staff sign in here and see the games they work on, superusers every game.",
            },
        ),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "usable_password", "password1", "password2")}),)
    readonly_fields = ("last_login", "date_joined")
    inlines = (CollaborationInline,)

    def allows(self, request: HttpRequest, row: Any, role: Role | None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def game_id(self, row: Any) -> None:
        """A user is the installation's."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A user is switched off instead: the audit and the versions name them."""
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = User.objects.order_by("username")
        return rows if request.user.is_superuser else rows.none()

    def find(self, request: HttpRequest, object_id: str) -> Any:
        if not request.user.is_superuser:
            raise Http404
        return super().find(request, object_id)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.save()
        changed = sorted(set(form.changed_data) - {"password1", "password2"})
        record(user_of(request), "user.changed" if change else "user.created", obj.username, fields=changed)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        response: HttpResponse = super().user_change_password(request, id, form_url)  # type: ignore[misc]
        if request.method == "POST" and response.status_code == 302:
            record(user_of(request), "user.password", self.find(request, id).username)
        return response
