"""What the last players who got a message would have got under the draft. Changes nothing."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from messaging.replay import replay as replayed
from portal.web.message_drafts import (
    CheckBody,
    Refused,
    compiled_draft,
    problems_of,
    read_body,
    require_type,
)
from portal.web.often import too_often
from portal.web.places import Place
from portal.web.shell import show
from portal.web.wording import moment


def replay(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    """A part of a page; faults of the draft are JSON, as the check's."""
    require_type(place, key)
    if refused := too_often(request):
        return refused
    try:
        draft = read_body(request, CheckBody).draft
    except Refused as refused_body:
        return refused_body.response
    if faults := [each for each in problems_of(key, draft) if each.severity == "fault"]:
        return JsonResponse({"problems": [each.as_json() for each in faults]}, status=422)
    rows = replayed(place.found_stage().pk, compiled_draft(place.game, key, draft))
    context = {
        "title": "Replay",
        "rows": [(row, moment(row.copy.created_ms)) for row in rows],
        "changed": sum(row.changed for row in rows),
        "missing": sum(bool(row.warnings) for row in rows),
    }
    return show(request, "portal/message/replay.html", context, place)
