"""Players: who they are, which segments they are in, and the two things an operator may do to them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminSelectWidget

from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.admin_access import Role, user_of
from games.admin_actions import detail_action
from games.scoped_admin import GameScopedAdmin, ShownInline
from players.models import DeviceIdentity, Player
from players.segments import known_segments, set_value
from players.sessions import disconnect, set_banned
from realtime.presence import presence

PREFIX = "segment_"
LINK = '<a href="{}" class="text-link">{}</a>'
LINKS = '<span class="ops-row">{}</span>'


class PlayerForm(forms.ModelForm):  # type: ignore[type-arg]
    """One choice a segment of the stage: made in `segment_form`, since each game has its own."""

    class Meta:
        model = Player
        fields = ()


def segment_form(player: Player) -> type[PlayerForm]:
    """The form of a player's segments; the value they have is always a choice, though it be gone by now."""
    fields: dict[str, Any] = {}
    for code, values in sorted(known_segments(player.stage_id).items()):
        has = player.segments.get(code, "")
        choices = sorted(values | ({has} if has else set()))
        fields[f"{PREFIX}{code}"] = forms.ChoiceField(
            label=code,
            required=False,
            choices=[("", "–"), *((value, value) for value in choices)],
            initial=has,
            widget=UnfoldAdminSelectWidget(),
        )
    return type("SegmentsOfPlayerForm", (PlayerForm,), fields)


class DeviceIdentityInline(ShownInline):
    model = DeviceIdentity
    fields = ("device_id", "device_os", "device_name", "device_model")
    verbose_name_plural = "logs in with these devices"


@admin.register(Player)
class PlayerAdmin(GameScopedAdmin):
    game_path = "stage__game"
    list_display = ("__str__", "id", "user_name", "stage", "seen", "banned")
    list_select_related = ("stage__game",)
    list_filter = (StageFilter, "banned")
    search_fields = ("id__exact", "user_name__startswith", "display_name__startswith")
    search_help_text = "An id, or how a user name or display name begins"
    ordering = ("-id",)
    sortable_by = ()
    inlines = (DeviceIdentityInline,)
    change_role = Role.EDITOR
    actions = ("disconnect_players",)
    actions_detail = ("disconnect", "ban", "unban")
    facts = (
        *("id", "stage"),
        ("online", "banned"),
        ("user_name", "display_name"),
        ("created", "seen"),
        *("language", "external_ids", "location", "script_data", "pages"),
    )
    readonly_fields = (
        *("id", "stage", "online", "user_name", "display_name", "language", "created", "seen", "banned"),
        *("external_ids", "location", "script_data", "pages"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Player]:
        rows: QuerySet[Player] = super().get_queryset(request).select_related("stage__game")
        return rows

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        return segment_form(obj) if obj and self.has_change_permission(request, obj) else PlayerForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        form = self.get_form(request, obj)
        return [
            (None, {"fields": self.facts}),
            ("Segments", {"fields": tuple(form.base_fields) or ("segments",)}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.readonly_fields, "segments")

    def audit_target(self, row: Player) -> str:
        return row.pk

    @admin.display(description="created")
    def created(self, row: Player) -> str:
        return shown(row.created_ms)

    @admin.display(description="last seen")
    def seen(self, row: Player) -> str:
        return shown(row.last_seen_ms)

    @admin.display(boolean=True)
    def online(self, row: Player) -> bool:
        return row.pk in presence().online_from_thread([row.pk])

    @admin.display(description="more")
    def pages(self, row: Player) -> SafeString:
        return format_html(LINKS, format_html_join(" ", LINK, _links(row)))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        for name in form.changed_data:
            value = form.cleaned_data[name] or None
            set_value(obj.stage_id, obj.pk, name.removeprefix(PREFIX), value, user_of(request))

    @admin.action(description="Disconnect: log out everywhere")
    def disconnect_players(self, request: HttpRequest, queryset: QuerySet[Player]) -> None:
        players = self.permitted(request, queryset, Role.EDITOR)
        for player in players:
            disconnect(player, user_of(request))
        messages.success(request, f"Disconnected {len(players)}.")

    @detail_action(
        "Disconnect",
        "The player is logged out of every device and has to log in again. Disconnect?",
        Role.EDITOR,
        icon="logout",
    )
    def disconnect(self, request: HttpRequest, row: Player) -> None:
        disconnect(row, user_of(request))
        messages.success(request, "The player was disconnected.")

    @detail_action(
        "Ban",
        "The player is logged out of every device and cannot log in until the ban is lifted. Ban?",
        Role.EDITOR,
        icon="block",
        danger=True,
    )
    def ban(self, request: HttpRequest, row: Player) -> None:
        set_banned(row, True, user_of(request))
        messages.success(request, "The player was banned.")

    @detail_action("Lift ban", "The player can log in again. Lift the ban?", Role.EDITOR, icon="lock_open")
    def unban(self, request: HttpRequest, row: Player) -> None:
        set_banned(row, False, user_of(request))
        messages.success(request, "The ban was lifted.")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        unfit = "_unban" if not self.find(request, str(object_id)).banned else "_ban"
        return [
            each
            for each in super().get_actions_detail(request, object_id)
            if not each.action_name.endswith(f"player{unfit}")
        ]


_KEYS = {"push_pushattempt": "player_id", "competition_holdings": "id"}


def _links(player: Player) -> Iterable[tuple[str, str]]:
    for name, label in (
        ("messaging_playermessage", "Messages"),
        ("push_device", "Devices"),
        ("push_pushattempt", "Push attempts"),
        ("players_friendship", "Friends"),
        ("competition_holdings", "Balances, goods and achievements"),
        ("competition_transaction", "Transactions"),
    ):
        key = _KEYS.get(name, "player")
        yield f"{reverse(f'admin:{name}_changelist')}?{key}={player.pk}", label
