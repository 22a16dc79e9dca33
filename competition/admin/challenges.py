"""Challenges, who takes part and what they say: to look at, and for an operator to end."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from competition.admin.links import LINK, player_links
from competition.challenges import operating
from competition.challenges.states import State
from competition.models import Challenge, ChallengeChat
from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.admin_access import Role, user_of
from games.admin_actions import detail_action
from games.scoped_admin import GameScopedAdmin

SHOWN_PLAYERS = 50
SHOWN_TEXT = 60  # characters of a line in the list; its page has all


@admin.register(Challenge)
class ChallengeAdmin(GameScopedAdmin):
    game_path = "stage__game"
    list_display = ("id", "short_code", "state", "access", "stage", "accepted_count", "made", "due")
    list_select_related = ("stage__game",)
    list_filter = (StageFilter, "state")
    search_fields = ("id__exact", "challenger_id__exact")
    search_help_text = "The id of a challenge, or of its challenger"
    ordering = ("-id",)
    sortable_by = ()
    fields = (
        *("id", "stage", "short_code", ("state", "ended_by"), "access", "message", "shown_players"),
        *("turn", "winner", ("made", "begins"), ("expires", "ends"), "due"),
        *(("min_players", "max_players", "max_turns"), "auto_start", "criteria", "wager"),
        *("script_data", "private_data", "chat_page"),
    )
    readonly_fields = (
        *("id", "made", "begins", "expires", "ends", "due", "shown_players", "turn", "winner", "chat_page"),
    )
    actions_detail = ("withdraw", "finish")

    def audit_target(self, row: Challenge) -> str:
        return row.pk

    @admin.display(description="issued")
    def made(self, row: Challenge) -> str:
        return shown(row.created_ms)

    @admin.display(description="start")
    def begins(self, row: Challenge) -> str:
        return _time(row.start_ms)

    @admin.display(description="expiry")
    def expires(self, row: Challenge) -> str:
        return _time(row.expiry_ms)

    @admin.display(description="end")
    def ends(self, row: Challenge) -> str:
        return _time(row.end_ms)

    @admin.display(description="next looked at")
    def due(self, row: Challenge) -> str:
        return _time(row.due_ms)

    @admin.display(description="players")
    def shown_players(self, row: Challenge) -> SafeString:
        players = row.players.select_related("player").order_by("id")[: SHOWN_PLAYERS + 1]
        return player_links(
            [(each.player, f"{each.stand}, {each.turns} turn{pluralize(each.turns)}") for each in players],
            SHOWN_PLAYERS,
        )

    @admin.display(description="whose turn")
    def turn(self, row: Challenge) -> SafeString | str:
        return _player(row, row.next_player)

    @admin.display(description="winner")
    def winner(self, row: Challenge) -> SafeString | str:
        return _player(row, row.winner_id)

    @admin.display(description="chat")
    def chat_page(self, row: Challenge) -> SafeString:
        address = f"{reverse('admin:competition_challengechat_changelist')}?challenge={row.pk}"
        return format_html(LINK, address, "Show")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        state = self.find(request, str(object_id)).state
        fitting = {State.ISSUED: "withdraw", State.WAITING: "withdraw", State.RUNNING: "finish"}.get(state)
        return [
            each
            for each in super().get_actions_detail(request, object_id)
            if fitting is not None and each.action_name.endswith(f"challenge_{fitting}")
        ]

    @detail_action(
        "Withdraw",
        "The challenge is withdrawn in its challenger's name, and those challenged are told. Withdraw?",
        Role.EDITOR,
        icon="undo",
        danger=True,
    )
    def withdraw(self, request: HttpRequest, row: Challenge) -> None:
        operating.withdraw(row, user_of(request))
        messages.success(request, "The challenge was withdrawn.")

    @detail_action(
        "Finish",
        "The challenge ends now, by the scores there are, and its players are told who won. Finish?",
        Role.EDITOR,
        icon="flag",
        danger=True,
    )
    def finish(self, request: HttpRequest, row: Challenge) -> None:
        operating.finish(row, user_of(request))
        messages.success(request, "The challenge was finished.")


@admin.register(ChallengeChat)
class ChallengeChatAdmin(GameScopedAdmin):
    game_path = "challenge__stage__game"
    list_display = ("id", "said", "challenge", "sender_name", "beginning")
    list_select_related = ("challenge",)
    lookups = ("challenge",)
    search_fields = ("id__exact", "sender_id__exact")
    search_help_text = "The id of a line, or of who said it"
    ordering = ("-id",)
    sortable_by = ()
    fields = ("id", "said", "challenge", "sender_id", "sender_name", "text")
    readonly_fields = ("id", "said")

    @admin.display(description="text")
    def beginning(self, row: ChallengeChat) -> str:
        return Truncator(row.text).chars(SHOWN_TEXT)

    @admin.display(description="said")
    def said(self, row: ChallengeChat) -> str:
        return shown(row.created_ms)


def _time(ms: int | None) -> str:
    return "–" if ms is None else shown(ms)


def _player(row: Challenge, player_id: str) -> SafeString | str:
    found = row.players.select_related("player").filter(player=player_id).first() if player_id else None
    return "–" if found is None else player_links([(found.player, "")], 1)
