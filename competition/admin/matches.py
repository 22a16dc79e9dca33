"""Who waits for a match, and the matches that were found: to look at, to cancel and to remove."""

import json
from collections.abc import Iterable

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString

from competition.admin.links import player_links
from competition.matches import operating
from competition.matches.fitting import plain
from competition.models import Match, Participant, PendingMatch, WaitingPlayer
from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.admin_access import Role, user_of
from games.admin_actions import detail_action
from games.scoped_admin import GameScopedAdmin

SHOWN_PLAYERS = 50


class StageOfPool(StageFilter):
    path = "pool__stage"


class OfPool(GameScopedAdmin):
    """Rows of a pool."""

    game_path = "pool__stage__game"
    list_select_related = ("pool__stage__game",)
    list_filter = (StageOfPool,)
    search_fields = ("id__exact", "pool__match_code__exact")
    search_help_text = "An id, or a match's short code"
    ordering = ("-id",)
    sortable_by = ()

    @admin.display(description="match")
    def match_code(self, row: PendingMatch | Match) -> str:
        return row.pool.match_code

    @admin.display(description="group")
    def match_group(self, row: PendingMatch | Match) -> str:
        return "–" if row.pool.match_group is None else row.pool.match_group

    @admin.display(description="stage")
    def stage(self, row: PendingMatch | Match) -> str:
        return str(row.pool.stage)

    @admin.display(description="next looked at")
    def due(self, row: PendingMatch | Match) -> str:
        return "–" if row.due_ms is None else shown(row.due_ms)

    @admin.display(description="match data")
    def data(self, row: PendingMatch | Match) -> str:
        return row.match_data or "–"


@admin.register(PendingMatch)
class PendingMatchAdmin(OfPool):
    list_display = ("id", "match_code", "match_group", "stage", "players", "mean", "asked", "due")
    fields = ("id", "match_code", "match_group", "stage", "mean", "asked", "due", "data", "waiting_players")
    readonly_fields = fields
    actions_detail = ("cancel",)

    @admin.display(description="players")
    def players(self, row: PendingMatch) -> int:
        return len(json.loads(row.player_ids))

    @admin.display(description="skill")
    def mean(self, row: PendingMatch) -> str:
        return str(plain(round(row.skill, 2)))

    @admin.display(description="since")
    def asked(self, row: PendingMatch) -> str:
        return shown(row.created_ms)

    @admin.display(description="waiting")
    def waiting_players(self, row: PendingMatch) -> SafeString:
        waiting = row.waiting.select_related("player").order_by("since_ms", "id")[: SHOWN_PLAYERS + 1]
        return player_links([(each.player, _note(each)) for each in waiting], SHOWN_PLAYERS)

    @detail_action(
        "Cancel",
        "Its players wait no more, and are told that no match was found. Cancel?",
        Role.EDITOR,
        icon="cancel",
        danger=True,
    )
    def cancel(self, request: HttpRequest, row: PendingMatch) -> HttpResponse:
        operating.cancel(row, user_of(request))
        messages.success(request, "The pending match was cancelled.")
        return HttpResponseRedirect(reverse("admin:competition_pendingmatch_changelist"))


@admin.register(Match)
class MatchAdmin(OfPool):
    list_display = ("id", "match_code", "match_group", "stage", "found", "is_open", "closes")
    fields = (
        *("id", "match_code", "match_group", "stage", "found", "is_open", "closes", "due", "data"),
        "shown_players",
    )
    readonly_fields = fields
    actions_detail = ("remove",)

    @admin.display(description="found")
    def found(self, row: Match) -> str:
        return shown(row.found_ms)

    @admin.display(description="takes in players until")
    def closes(self, row: Match) -> str:
        return shown(row.closes_ms) if row.closes_ms else "–"

    @admin.display(description="participants")
    def shown_players(self, row: Match) -> SafeString:
        rows = row.participants.select_related("player").order_by("peer_id")[: SHOWN_PLAYERS + 1]
        return player_links([(each.player, _peer(each)) for each in rows], SHOWN_PLAYERS)

    @detail_action(
        "Remove",
        "The match is forgotten: its participants cannot ask for its details any more. Remove?",
        Role.EDITOR,
        icon="delete",
        danger=True,
    )
    def remove(self, request: HttpRequest, row: Match) -> HttpResponse:
        operating.remove(row, user_of(request))
        messages.success(request, "The match was removed.")
        return HttpResponseRedirect(reverse("admin:competition_match_changelist"))


def _note(each: WaitingPlayer) -> str:
    parts = [f"skill {plain(each.skill)}", f"since {shown(each.since_ms)}"]
    return ", ".join([*parts, *_own(each.participant_data, each.custom_query)])


def _peer(each: Participant) -> str:
    offline = [f"offline since {shown(each.offline_ms)}"] if each.offline_ms else []
    return ", ".join([f"peer {each.peer_id}", *offline, *_own(each.participant_data, "")])


def _own(data: str, query: str) -> Iterable[str]:
    return [text for text in (data, f"query {query}" if query else "") if text]
