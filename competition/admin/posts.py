"""What players posted and what came of it, and what is counted of it: to look at."""

import json

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from competition.admin.links import challenge_link
from competition.admin.values import as_words
from competition.events.post_records import read
from competition.events.tracing import trace
from competition.events.wording import sentence
from competition.models import PostRecord, TotalRecord
from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.scoped_admin import GameScopedAdmin

SHOWN_TEXT = 60  # characters in the list; the row's page has all


@admin.register(PostRecord)
class PostRecordAdmin(GameScopedAdmin):
    game_path = "stage__game"
    list_display = ("id", "posted", "stage", "event", "player", "outcome")
    list_select_related = ("stage__game", "player")
    list_filter = (StageFilter,)
    lookups = ("player",)
    search_fields = ("id__exact", "player__id__exact")
    search_help_text = "An id: of a post, of a player"
    ordering = ("-id",)
    sortable_by = ()
    fields = ("id", "posted", "stage", "event", "player", "challenge", "outcome", "story_shown")
    readonly_fields = ("challenge", "posted", "outcome", "story_shown")

    @admin.display(description="challenge")
    def challenge(self, row: PostRecord) -> SafeString | str:
        return challenge_link(row.scope)

    @admin.display(description="posted")
    def posted(self, row: PostRecord) -> str:
        return shown(row.at_ms)

    @admin.display(description="outcome")
    def outcome(self, row: PostRecord) -> str:
        return sentence(read(row))

    @admin.display(description="what happened")
    def story_shown(self, row: PostRecord) -> SafeString:
        events = [("" if each.at_ms is None else shown(each.at_ms), each.what) for each in trace(row).events]
        return render_to_string("ops/timeline.html", {"events": events})


@admin.register(TotalRecord)
class TotalRecordAdmin(GameScopedAdmin):
    game_path = "stage__game"
    list_display = ("total", "stage", "player", "team", "period", "group", "values")
    list_select_related = ("stage__game", "player", "team")
    list_filter = (StageFilter,)
    lookups = ("player", "team")
    search_fields = ("player__id__exact", "scope__exact")
    search_help_text = "An id: of a player, of a challenge"
    ordering = ("stage", "total", "scope", "period", "id")  # as the index has them
    sortable_by = ()
    fields = ("total", "stage", "player", "team", "challenge", "period", "grouped_shown", "counted_shown")
    readonly_fields = ("challenge", "grouped_shown", "counted_shown")

    @admin.display(description="challenge")
    def challenge(self, row: TotalRecord) -> SafeString | str:
        return challenge_link(row.scope)

    @admin.display(description="grouped by")
    def group(self, row: TotalRecord) -> str:
        return Truncator(_words(row.grouped)).chars(SHOWN_TEXT)

    @admin.display(description="counted")
    def values(self, row: TotalRecord) -> str:
        return Truncator(_words(row.counted)).chars(SHOWN_TEXT)

    @admin.display(description="grouped by")
    def grouped_shown(self, row: TotalRecord) -> str:
        return _words(row.grouped)

    @admin.display(description="counted")
    def counted_shown(self, row: TotalRecord) -> str:
        return _words(row.counted)


def _words(text: str) -> str:
    return as_words(json.loads(text))
