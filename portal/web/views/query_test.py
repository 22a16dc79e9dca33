"""Tests a query that is being typed: its sentence, about how many players it matches, whether one does.

Changes nothing. Asked by htmx a part of a page is answered, without scripts a page of its own.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from players.query_words import sentence_of
from portal.web.asking import find_player
from portal.web.often import too_often
from portal.web.places import Place
from portal.web.player_pages import name_of, page_url
from portal.web.query_pages import read, segments_of, try_out
from portal.web.shell import show

LONGEST = 100_000  # characters


def query_test(request: HttpRequest, place: Place) -> HttpResponse:
    """With `words` the sentence alone, which is asked for while somebody types."""
    if refused := too_often(request):
        return refused
    context: dict[str, Any] = {"title": "Test of a query", "stage": place.stage, "is_live": place.is_live}
    text = request.POST.get("query", "")[:LONGEST]
    query, faults = read(text, segments_of(place.game))
    if query is None:
        context["faults_of_query"] = faults
    elif "words" in request.POST:
        context["sentence"] = sentence_of(query.tree)
    else:
        stage, given = place.found_stage(), request.POST.get("player", "").strip().replace("\0", "")[:255]
        player = find_player(stage, given) if given else None
        found = try_out(stage, query, player, given if given and player is None else "")
        context |= {
            "tested": found,
            "samples": [(name_of(each), page_url(place, each)) for each in found.samples],
            "player_name": name_of(player) if player else "",
        }
    template = "portal/query/words.html" if "words" in request.POST else "portal/query/answer.html"
    if request.headers.get("HX-Request"):
        return render(request, template, context)
    return show(request, "portal/query/tested.html", context, place)
