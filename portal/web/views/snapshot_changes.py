"""What differs between two snapshots, and making one live, or the working copy, after a look at that; and
taking live off the air."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from games import snapshots as domain
from games.admin_access import user_of
from games.conflicts import Conflict
from games.models import Snapshot
from games.publish_warnings import publish_warnings
from games.publishing import publish_snapshot, unpublish
from games.validation import DocumentFaults, find_faults
from portal.web.document_changes import risks_of, sections_of
from portal.web.numbers import number_in
from portal.web.places import Place
from portal.web.shell import show
from portal.web.views.snapshots import found_snapshot, live_snapshot, rows_of

WORKING, LIVE = "working", "live"
MOST_CHOICES = 200
RENEWED = "Somebody has published meanwhile. This is what would change now; look at it again."
UNPUBLISH_RENEWED = "Somebody has published or unpublished meanwhile. Look at it again."
UPLOADED = "An uploaded document goes into the working copy first, where preview runs it."


def diff(request: HttpRequest, place: Place) -> HttpResponse:
    """From `a` to `b`: a snapshot's number, `live` or `working`."""
    live = live_snapshot(place)
    a, b = request.GET.get("a") or (LIVE if live else WORKING), request.GET.get("b") or WORKING
    found = domain.snapshot_changes(_document(place, a, live), _document(place, b, live))
    choices = [(WORKING, "The working copy"), *([(LIVE, "What live runs")] if live else [])]
    choices += [(str(row.pk), f"{row.pk}: {row}") for row in rows_of(place)[:MOST_CHOICES]]
    context = {
        "title": "Compare",
        "a": a,
        "b": b,
        "names": [dict(choices).get(each, f"snapshot {each}") for each in (a, b)],
        "choices": choices,
        "sections": sections_of(found),
        "back": place.url("snapshots"),
    }
    return show(request, "portal/snapshots/diff.html", context, place)


def publish(request: HttpRequest, place: Place, number: str) -> HttpResponse:
    row, live = found_snapshot(place, number), live_snapshot(place)
    if request.method != "POST":
        return _show_publish(request, place, row, live)
    if request.POST.get("typed", "").strip() != place.game.api_key:
        fault = f"Not published: type {place.game.api_key}, the game's API key, to say that you mean it."
        return _show_publish(request, place, row, live, fault, 422)
    seen = number_in(request.POST.get("live", ""), 0) or None
    try:
        publish_snapshot(row, user_of(request), seen)
    except Conflict:
        return _show_publish(request, place, row, live_snapshot(place), RENEWED, 409)
    except (DocumentFaults, ValidationError):  # which the page shows by itself
        return _show_publish(request, place, row, live, "Not published.", 422)
    messages.success(request, f"{row} is live. Connected players get it within seconds.")
    for sentence in publish_warnings(place.game):
        messages.warning(request, sentence)
    return HttpResponseRedirect(place.url("snapshots"))


def take_off(request: HttpRequest, place: Place) -> HttpResponse:
    """Unpublishes live."""
    live = live_snapshot(place)
    fault, status = "", 200
    if request.method == "POST" and request.POST.get("typed", "").strip() != place.game.api_key:
        fault = f"Not unpublished: type {place.game.api_key}, the game's API key, to say that you mean it."
        status = 422
    elif request.method == "POST":
        try:
            unpublish(place.game, user_of(request), number_in(request.POST.get("live", ""), 0))
        except Conflict:
            fault, status = UNPUBLISH_RENEWED, 409
        else:
            messages.success(request, "Live is not published any more. Publish a snapshot to bring it back.")
            return HttpResponseRedirect(place.url("snapshots"))
    context = {
        "title": "Unpublish live",
        "row": found_snapshot(place, str(live)) if live else None,
        "fault": fault,
        "back": place.url("snapshots"),
    }
    return show(request, "portal/snapshots/unpublish.html", context, place, status)


def revert(request: HttpRequest, place: Place, number: str) -> HttpResponse:
    row = found_snapshot(place, number)
    if request.method != "POST":
        return _show_revert(request, place, row)
    if not request.POST.get("confirmed"):
        return _show_revert(request, place, row, "Nothing was changed: tick that you mean it.", 422)
    try:
        kept = domain.revert(row, user_of(request))
    except DocumentFaults:
        return _show_revert(request, place, row, "Nothing was changed.", 422)
    said = f"The working copy is “{row}” now, and preview runs it."
    messages.success(request, f"{said} What it was is kept as “{kept}”." if kept else said)
    return HttpResponseRedirect(place.url("snapshots"))


def _show_publish(
    request: HttpRequest,
    place: Place,
    row: Snapshot,
    live: int | None,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    document = domain.document_of(row)
    before = _document(place, LIVE, live) if live else {}
    found = domain.snapshot_changes(before, document)
    refused = [UPLOADED] if row.source == Snapshot.Source.UPLOAD else find_faults(document)
    context: dict[str, Any] = {
        "title": f"Publish {row}",
        "row": row,
        "live": live,
        "is_live": row.pk == live,
        "sections": sections_of(found),
        "risks": risks_of(found) if live else [],
        "refused": refused,
        "warnings": publish_warnings(place.game),
        "fault": fault,
        "back": place.url("snapshot", number=str(row.pk)),
    }
    return show(request, "portal/snapshots/publish.html", context, place, status)


def _show_revert(
    request: HttpRequest, place: Place, row: Snapshot, fault: str = "", status: int = 200
) -> HttpResponse:
    document = domain.document_of(row)
    found = domain.snapshot_changes(domain.working_document(place.game), document)
    context = {
        "title": f"Go back to {row}",
        "row": row,
        "sections": sections_of(found),
        "refused": find_faults(document),
        "fault": fault,
        "back": place.url("snapshot", number=str(row.pk)),
    }
    return show(request, "portal/snapshots/revert.html", context, place, status)


def _document(place: Place, which: str, live: int | None) -> domain.Document:
    """Raises Http404."""
    if which == WORKING:
        return domain.working_document(place.game)
    number = str(live or "") if which == LIVE else which
    if not number.isdecimal() or len(number) > 18:
        raise Http404
    return domain.document_of(found_snapshot(place, number))
