"""The players that a filter finds, as CSV."""

import csv
import io
import time
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse

from players.models import Player
from portal.web.csv_cells import guarded
from portal.web.places import Place
from portal.web.player_list import Asked, find
from portal.web.views.players import FilterForm
from protocol.dates import format_date

MOST = 50_000
AT_ONCE = 1_000
SECONDS = 20.0  # that are taken: what was found by then is what there is
HEADS = ("id", "userName", "displayName", "country", "created", "lastSeen", "banned", "segments")


def players_csv(request: HttpRequest, place: Place) -> HttpResponse:
    """The newest first, 50,000 at most. A filter that there is not finds nobody."""
    stage = place.found_stage()
    form = FilterForm(request.GET, stage)
    asked = form.asked()
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)
    if not form.errors:
        writer.writerows(_cells(player) for player in _found(place, asked))
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"{place.game.api_key}-{place.stage}-players.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _found(place: Place, asked: Asked) -> Iterator[Player]:
    stage, ends = place.found_stage(), time.monotonic() + SECONDS
    before, left = "", MOST
    while left:
        page = find(stage, asked, before, min(AT_ONCE, left))
        yield from page.players
        before, left = page.older, left - len(page.players)
        if not before or time.monotonic() >= ends:
            return


def _cells(player: Player) -> list[str]:
    country = player.location.get("country", "")
    texts = (player.user_name or "", player.display_name, country if isinstance(country, str) else "")
    segments = "; ".join(f"{code}={value}" for code, value in sorted(player.segments.items()))
    return [
        player.pk,
        *map(guarded, texts),
        format_date(player.created_ms),
        format_date(player.last_seen_ms) if player.last_seen_ms else "",
        "yes" if player.banned else "",
        guarded(segments),
    ]
