"""Provider accounts of stages."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.admin_access import Role, user_of
from games.admin_actions import detail_action
from games.scoped_admin import GameScopedAdmin
from push.account_fields import CREDENTIALS, SETTINGS
from push.accounts import delete_account, discard_pending, public_part, set_account
from push.admin.account_form import NAMES, ProviderAccountForm
from push.expiry import expiry_of, warning_of
from push.models import ProviderAccount
from push.pending import pending_of, sentence
from push.proving import prove


def _providers_with(name: str) -> list[str]:
    return [provider for provider, names in CREDENTIALS.items() if name in names]


@admin.register(ProviderAccount)
@method_decorator(sensitive_post_parameters(), name="changeform_view")
class ProviderAccountAdmin(GameScopedAdmin):
    game_path = "stage__game"
    form = ProviderAccountForm
    list_display = ("provider", "stage", "state", "sandbox", "succeeded", "expires", "last_error")
    list_select_related = ("stage__game",)
    list_filter = (StageFilter, "provider", "state")
    ordering = ("stage__game__name", "-stage__name", "provider")
    autocomplete_fields = ("stage",)
    add_role = change_role = delete_role = Role.ADMIN
    actions_detail = ("test", "discard_new")
    # While adding, the form's script shows those of the chosen provider; later the provider cannot be chosen.
    conditional_fields = {
        name: " || ".join(
            ("typeof provider === 'undefined'", *(f"provider == '{each}'" for each in _providers_with(name)))
        )
        for name in NAMES
    }
    outcome = (
        *("state", "last_error", "succeeded", "has_credentials"),
        *("new_credentials", "expires", "for_browsers"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProviderAccount]:
        rows: QuerySet[ProviderAccount] = super().get_queryset(request).select_related("stage__game")
        return rows

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        may_write = self.has_change_permission(request, obj) if obj else True
        names = tuple(CREDENTIALS.get(obj.provider, {})) if obj else NAMES
        return [
            (None, {"fields": ("stage", "provider")}),
            *([("Outcome", {"fields": self.outcome})] if obj else []),
            *([("Credentials", {"fields": names})] if may_write and names else []),
            ("Settings", {"fields": tuple(SETTINGS)}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("stage", "provider", *self.outcome) if obj else ()

    @admin.display(description="last success")
    def succeeded(self, row: ProviderAccount) -> str:
        return shown(row.last_success_ms)

    @admin.display(description="credentials stored", boolean=True)
    def has_credentials(self, row: ProviderAccount) -> bool:
        return bool(row.credentials)

    @admin.display(description="new credentials")
    def new_credentials(self, row: ProviderAccount) -> str:
        """Why those that were set last are not in use, while they are not."""
        waiting = pending_of(row)
        return sentence(waiting) if waiting else "–"

    @admin.display(description="expires")
    def expires(self, row: ProviderAccount) -> str:
        expiry = expiry_of(row)
        return warning_of(row) or (f"{expiry.on}: {expiry.what}" if expiry else "–")

    @admin.display(description="application server key")
    def for_browsers(self, row: ProviderAccount) -> str:
        """What pages subscribe with, of a Web Push account."""
        return public_part(row).get("applicationServerKey", "–")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        saved = set_account(obj.stage, obj.provider, form.cleaned_data["document"], user_of(request))
        obj.pk = saved.pk
        if waiting := pending_of(saved):
            messages.info(request, sentence(waiting))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_account(obj.stage, obj.provider, user_of(request))

    @detail_action(
        "Test",
        "The provider is asked whether it takes the credentials. Nothing reaches a device. Test?",
        Role.ADMIN,
        icon="network_check",
    )
    def test(self, request: HttpRequest, row: ProviderAccount) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Test",
            "original": row,
            "opts": self.opts,
            "steps": prove(row.stage, row.provider, user_of(request)),
            "back": self.page_of(row),
        }
        return TemplateResponse(request, "ops/steps.html", context)

    @detail_action(
        "Discard new",
        "New credentials that the provider has not taken yet are forgotten; the old ones send on. Discard?",
        Role.ADMIN,
        icon="undo",
    )
    def discard_new(self, request: HttpRequest, row: ProviderAccount) -> None:
        there_were = discard_pending(row, user_of(request))
        messages.info(request, "Discarded." if there_were else "There were no new credentials.")
