"""The versions of a segment query, and making an old one the newest."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from games import saved_versions
from games.admin_access import user_of
from games.conflicts import Conflict
from players import segment_settings
from players.query_words import sentence_of
from players.segment_history import QUERY
from players.segment_queries import QueryFault
from portal.web.numbers import number_in
from portal.web.places import Place
from portal.web.query_pages import read, segments_of, subject, version, written
from portal.web.rights import EDIT
from portal.web.shell import show


def query_history(request: HttpRequest, place: Place, code: str) -> HttpResponse:
    row = subject(place.game, code)
    if request.method == "POST":
        return _restore(request, place, code)
    found = saved_versions.versions(place.game, QUERY, code)
    context = {
        "title": f"History of {code}",
        "row": row,
        "rows": [
            (each, sentence_of(each.document["query"]), written(each.document["query"])) for each in found
        ],
        "number": found[0].number if found else 0,
        "may_edit": place.may(EDIT),
        "list_url": place.url("queries"),
    }
    return show(request, "portal/query/history.html", context, place)


def _restore(request: HttpRequest, place: Place, code: str) -> HttpResponse:
    number = number_in(request.POST.get("restore", ""), 0)
    old = version(place.game, code, number)
    if old is None:
        raise Http404
    base = number_in(request.POST.get("version", ""), 0)
    given = {name: old.document[name] for name in ("name", "description", "query")}
    _, faults = read(written(given["query"]), segments_of(place.game))
    try:
        if faults:
            raise QueryFault(faults)
        segment_settings.save_query(place.game, code, user_of(request), expected=base, **given)
    except Conflict:
        said = "Not restored: somebody saved another version meanwhile. Look at it first."
    except QueryFault as fault:
        said = f"Not restored, version {number} asks for what there is no more: {fault}."
    else:
        now = saved_versions.number_of(place.game, QUERY, code)
        said = f"Restored version {number}; it is version {now} now."
    messages.success(request, said)
    return HttpResponseRedirect(request.get_full_path())
