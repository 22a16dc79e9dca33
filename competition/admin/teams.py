"""Teams and their chat, to look at; what players made, an operator may only end."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from competition import teams
from competition.admin.links import LINK, player_links
from competition.models import ChatMessage, Team
from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.admin_access import Role, user_of
from games.admin_actions import detail_action
from games.scoped_admin import GameScopedAdmin

SHOWN_MEMBERS = 50
SHOWN_TEXT = 60  # characters of a line in the list; its page has all


@admin.register(Team)
class TeamAdmin(GameScopedAdmin):
    game_path = "stage__game"
    list_display = ("__str__", "team_id", "team_type", "stage", "owner", "made")
    list_select_related = ("stage__game", "owner")
    list_filter = (StageFilter,)
    search_fields = ("team_id__exact", "name__startswith")
    search_help_text = "A team's id, or how its name begins"
    ordering = ("-id",)
    sortable_by = ()
    fields = (
        "team_id",
        "stage",
        "team_type",
        "name",
        "owner",
        "made",
        "shown_members",
        "shown_achievements",
        "chat_page",
    )
    readonly_fields = ("made", "shown_members", "shown_achievements", "chat_page")
    actions_detail = ("disband",)

    @admin.display(description="made")
    def made(self, row: Team) -> str:
        return shown(row.created_ms)

    @admin.display(description="members")
    def shown_members(self, row: Team) -> SafeString:
        members = row.members.select_related("player").order_by("id")[: SHOWN_MEMBERS + 1]
        return player_links([(each.player, "") for each in members], SHOWN_MEMBERS)

    @admin.display(description="achievements")
    def shown_achievements(self, row: Team) -> str:
        return ", ".join(row.achievements.order_by("id").values_list("code", flat=True)) or "–"

    @admin.display(description="chat")
    def chat_page(self, row: Team) -> SafeString:
        address = f"{reverse('admin:competition_chatmessage_changelist')}?team={row.pk}"
        return format_html(LINK, address, "Show")

    @detail_action(
        "Disband",
        "The team ends with its chat, and its members are no longer friends by it. Disband?",
        Role.EDITOR,
        icon="group_off",
        danger=True,
    )
    def disband(self, request: HttpRequest, row: Team) -> HttpResponse:
        teams.disband(row, user_of(request))
        messages.success(request, "The team was disbanded.")
        return HttpResponseRedirect(reverse("admin:competition_team_changelist"))


@admin.register(ChatMessage)
class ChatMessageAdmin(GameScopedAdmin):
    game_path = "team__stage__game"
    list_display = ("id", "said", "team", "sender_name", "beginning")
    list_select_related = ("team",)
    lookups = ("team",)
    search_fields = ("id__exact", "sender_id__exact")
    search_help_text = "The id of a line, or of who said it"
    ordering = ("-id",)
    sortable_by = ()
    fields = ("id", "said", "team", "sender_id", "sender_name", "text")
    readonly_fields = ("id", "said")

    @admin.display(description="text")
    def beginning(self, row: ChatMessage) -> str:
        return Truncator(row.text).chars(SHOWN_TEXT)

    @admin.display(description="said")
    def said(self, row: ChatMessage) -> str:
        return shown(row.created_ms)
