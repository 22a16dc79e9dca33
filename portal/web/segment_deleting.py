"""Deleting a segment or a segment query by hand: asked about first, refused while something needs it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from games.admin_access import user_of
from players import segment_settings
from players.models import Segment, SegmentQuery
from players.segment_uses import Part, uses_of
from portal.web.confirming import Question, ask_first
from portal.web.places import Place


def delete_by_hand(
    request: HttpRequest, place: Place, row: Segment | SegmentQuery, sentence: str
) -> HttpResponse:
    """`sentence` says what becomes of it. Raises StillUsed, without a question."""
    code, of_segment = row.short_code, isinstance(row, Segment)
    part = Part(segment=code) if of_segment else Part(query=code)
    back = place.url("segment" if of_segment else "query", code=code)
    question = Question(f"Delete {code}?", sentence, "Delete", back)
    if not uses_of(row.game, part) and (asked := ask_first(request, place, question)):
        return asked
    segment_settings.delete_unused(row, user_of(request))
    messages.success(request, f"{code} was deleted.")
    return HttpResponseRedirect(place.url("segments" if of_segment else "queries"))
