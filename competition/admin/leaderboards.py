"""Leaderboards as they stand, to look at; an operator takes entries off, and archives or drops a list."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import truncatechars
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from competition.admin.links import LINK, challenge_link
from competition.admin.values import as_words
from competition.leaderboards import counts, entries, instances, removing
from competition.leaderboards.removing import NotPossible
from competition.models import BoardEntry, BoardInstance
from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.admin_access import Role, user_of
from games.admin_actions import detail_action
from games.scoped_admin import GameScopedAdmin

SHOWN_TEXT = 80  # characters of an entry's fields in the list; its page has all


class ListStageFilter(StageFilter):
    path = "instance__stage"


@admin.register(BoardInstance)
class BoardInstanceAdmin(GameScopedAdmin):
    game_path = "stage__game"
    list_display = ("code", "stage", "challenge", "period", "build", "archived", "made")
    list_select_related = ("stage__game",)
    list_filter = (StageFilter, "archived")
    search_fields = ("code__exact", "board__exact", "scope__exact")
    search_help_text = "A short code: of a list, of its leaderboard; or a challenge's id"
    ordering = ("stage", "scope", "code", "period")  # as the index has them
    sortable_by = ()
    fields = (
        "code",
        "board",
        "stage",
        "challenge",
        "period",
        "build",
        "ready",
        "archived",
        "made",
        "number",
        "entries_page",
    )
    readonly_fields = ("challenge", "made", "number", "entries_page")
    actions_detail = ("archive", "drop")

    @admin.display(description="challenge")
    def challenge(self, row: BoardInstance) -> SafeString | str:
        return challenge_link(row.scope)

    @admin.display(description="made")
    def made(self, row: BoardInstance) -> str:
        return shown(row.created_ms)

    @admin.display(description="entries")
    def number(self, row: BoardInstance) -> int:
        return counts.count(row.pk)

    @admin.display(description="standing")
    def entries_page(self, row: BoardInstance) -> SafeString:
        address = f"{reverse('admin:competition_boardentry_changelist')}?instance={row.pk}"
        return format_html(LINK, address, "Show")

    @detail_action(
        "Archive",
        "Players see the list as it is, and posts no longer reach it. This cannot be taken back. Archive?",
        Role.EDITOR,
        icon="archive",
        danger=True,
    )
    def archive(self, request: HttpRequest, row: BoardInstance) -> None:
        instances.archive(row, user_of(request))
        messages.success(request, "The list is archived.")

    @detail_action(
        "Drop",
        "All of its entries go; the running totals stay, and posts make the list anew. Drop?",
        Role.EDITOR,
        icon="delete_sweep",
        danger=True,
    )
    def drop(self, request: HttpRequest, row: BoardInstance) -> HttpResponse:
        instances.drop(row, user_of(request))
        messages.success(request, "The list was dropped.")
        return HttpResponseRedirect(reverse("admin:competition_boardinstance_changelist"))


@admin.register(BoardEntry)
class BoardEntryAdmin(GameScopedAdmin):
    game_path = "instance__stage__game"
    list_display = ("listed", "player", "team", "beginning", "since")
    list_select_related = ("instance__stage", "player", "team")
    list_filter = (ListStageFilter,)
    lookups = ("instance", "player", "team")
    search_fields = ("player__id__exact", "instance__code__exact")
    search_help_text = "A player's id, or the short code of a list"
    ordering = ("instance", "place")  # as the index has them: the best first
    sortable_by = ()
    fields = ("leaderboard", "rank", "player", "team", "fields_shown", "since", "city", "country")
    readonly_fields = ("leaderboard", "rank", "fields_shown", "since")
    actions_detail = ("take_off",)

    def audit_target(self, row: BoardEntry) -> str:
        return row.instance.code

    @admin.display(description="leaderboard")
    def listed(self, row: BoardEntry) -> str:
        return row.instance.code

    @admin.display(description="leaderboard")
    def leaderboard(self, row: BoardEntry) -> SafeString:
        address = reverse("admin:competition_boardinstance_change", args=[row.instance_id])
        return format_html(LINK, address, row.instance)

    @admin.display(description="rank")
    def rank(self, row: BoardEntry) -> int:
        return counts.ahead(row.instance_id, [row.place])[0] + 1

    @admin.display(description="fields")
    def beginning(self, row: BoardEntry) -> str:
        return truncatechars(as_words(row.values), SHOWN_TEXT)

    @admin.display(description="fields")
    def fields_shown(self, row: BoardEntry) -> str:
        return as_words(row.values)

    @admin.display(description="since")
    def since(self, row: BoardEntry) -> str:
        return shown(row.when_ms)

    @detail_action(
        "Remove",
        "The entry goes. The running totals stay, and bring it back with the owner's next post. Remove?",
        Role.EDITOR,
        icon="person_remove",
        danger=True,
    )
    def take_off(self, request: HttpRequest, row: BoardEntry) -> HttpResponse:
        address = f"{reverse('admin:competition_boardentry_changelist')}?instance={row.instance_id}"
        try:
            removing.delete_entries(
                row.instance, entries.owner_of(row), custom=row.values, actor=user_of(request)
            )
        except NotPossible as refused:
            raise ValidationError(str(refused)) from None
        messages.success(request, "The entry was removed.")
        return HttpResponseRedirect(address)
