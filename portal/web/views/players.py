"""The players of a stage: search, filters, pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpRequest, HttpResponse

from games.models import Stage
from messaging.inbox import unread_counts
from players.models import Player
from players.segments import known_segments
from portal.web.paging import BEFORE, before, pager
from portal.web.places import Place
from portal.web.player_list import NAMED, Asked, Found, find
from portal.web.player_pages import name_of, page_url
from portal.web.rights import EXPORT_PLAYERS
from portal.web.shell import show
from portal.web.wording import moment
from push.models import Device
from realtime.presence import presence

SEEN = {
    "": "Any time",
    "1": "In 24 hours",
    "7": "In 7 days",
    "30": "In 30 days",
    "-7": "Not for 7 days",
    "-30": "Not for 30 days",
}
CREATED = {"": "Any time", "1": "In 24 hours", "7": "In 7 days", "30": "In 30 days"}


class FilterForm(forms.Form):
    q = forms.CharField(label="Name, id or device", required=False, max_length=4096)
    online = forms.ChoiceField(label="Online", required=False, choices=[("", "All"), ("yes", "Online now")])
    segment = forms.ChoiceField(label="Segment", required=False)
    device = forms.ChoiceField(
        label="Push", required=False, choices=[("", "All"), ("yes", "Has a device"), ("no", "Has none")]
    )
    seen = forms.ChoiceField(label="Last seen", required=False, choices=list(SEEN.items()))
    created = forms.ChoiceField(label="Created", required=False, choices=list(CREATED.items()))

    def __init__(self, asked: Any, stage: Stage) -> None:
        super().__init__(asked)
        known = sorted(known_segments(stage.pk).items())
        codes = [f"{code}={value}" for code, values in known for value in sorted(values)]
        segment: Any = self.fields["segment"]
        segment.choices = [("", "All"), *((code, code.replace("=", ": ")) for code in codes)]

    def clean_q(self) -> str:
        return str(self.cleaned_data["q"]).strip()

    def asked(self) -> Asked:
        """What is asked for by what is not faulty."""
        self.is_valid()
        given = self.cleaned_data
        return Asked(
            **{name: given.get(name, "") for name in ("q", "online", "segment", "device")},
            seen=int(given.get("seen") or 0),
            created=int(given.get("created") or 0),
        )


@dataclass(frozen=True, slots=True)
class Row:
    player: Player
    name: str
    url: str
    online: bool
    seen: datetime | None
    created: datetime
    devices: int
    unread: int

    @property
    def country(self) -> str:
        country = self.player.location.get("country", "")
        return country[:2] if isinstance(country, str) else ""


def players(request: HttpRequest, place: Place) -> HttpResponse:
    stage = place.found_stage()
    form = FilterForm(request.GET, stage)
    asked = form.asked()
    faulty = bool(form.errors)
    found = Found([]) if faulty else find(stage, asked, before(request))
    context = {
        "title": "Players",
        "form": form,
        "faulty": faulty,
        "asked": asked.anything,
        "rows": _rows(place, found.players),
        "found": found,
        "pager": pager(request, found.older),
        "csv": _csv_address(request, place) if place.may(EXPORT_PLAYERS) else "",
        "named": NAMED,
    }
    return show(request, "portal/players.html", context, place, 422 if faulty else 200)


def _rows(place: Place, found: list[Player]) -> list[Row]:
    """Two statements, however many players."""
    ids = [player.pk for player in found]
    devices = dict(
        Device.objects.filter(player__in=ids, disabled="")
        .values_list("player_id")
        .annotate(count=Count("id"))
        .values_list("player_id", "count")
    )
    unread, online = unread_counts(ids), presence().online_from_thread(ids)
    return [
        Row(
            player=player,
            name=name_of(player),
            url=page_url(place, player),
            online=player.pk in online,
            seen=moment(player.last_seen_ms) if player.last_seen_ms else None,
            created=moment(player.created_ms),
            devices=devices.get(player.pk, 0),
            unread=unread[player.pk],
        )
        for player in found
    ]


def _csv_address(request: HttpRequest, place: Place) -> str:
    """Of all that the filter finds, not of this page."""
    question = request.GET.copy()
    question.pop(BEFORE, None)
    return f"{place.url('players-csv', place.stage)}?{question.urlencode()}"
