"""The Messages table and the table of script message extensions: switches, bulk changes, undo."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from games.admin_access import user_of
from messaging.message_settings import change_settings, message_type
from messaging.message_types import is_extension
from messaging.overview import GROUPS, is_known
from messaging.settings_shape import LONGEST_EXPIRY
from portal.web import undoing
from portal.web.message_table import ONLY, Line, grouped, line_of, lines_of
from portal.web.places import Place
from portal.web.rights import EDIT
from portal.web.shell import show

# A switch's name → the setting, and whether the switch shows its opposite.
SWITCHES = {
    "socket": ("sendViaSocket", False, "Socket"),
    "push": ("sendAsPush", False, "Push"),
    "always": ("suppressPushOnSocketSend", True, "Always push"),
}
BULK = [
    ("", "–"),
    *((f"{name}-{on}", f"{label} {on}") for name, (_, _, label) in SWITCHES.items() for on in ("on", "off")),
]


class FilterForm(forms.Form):
    q = forms.CharField(label="Text", required=False, max_length=200)
    group = forms.ChoiceField(
        label="Group", required=False, choices=[("", "All groups"), *((name, name) for name in GROUPS)]
    )
    only = forms.ChoiceField(label="Only", required=False, choices=[("", "All"), *ONLY.items()])


class BulkForm(forms.Form):
    """What to do with the rows that are ticked."""

    keys = forms.MultipleChoiceField(required=True, error_messages={"required": "Choose a message first."})
    switch = forms.ChoiceField(label="Set", required=False, choices=BULK)
    hours = forms.IntegerField(
        label="Expire after (h)", required=False, min_value=0, max_value=LONGEST_EXPIRY
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not given.get("switch") and given.get("hours") is None:
            raise forms.ValidationError("Say what to set: a switch, or the expiry.")
        return given

    def changes(self) -> dict[str, Any]:
        hours, switch = self.cleaned_data["hours"], self.cleaned_data["switch"]
        changes = {} if hours is None else {"expireAfterHours": hours}
        if switch:
            name, _, on = switch.partition("-")
            changes |= _change(name, on == "on")
        return changes


def standard(request: HttpRequest, place: Place) -> HttpResponse:
    return table(request, place, extensions=False)


def switch(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    """Saved at once. With htmx the row alone is answered."""
    name, on = request.POST.get("switch", ""), request.POST.get("on") == "1"
    if name not in SWITCHES or not is_known(place.game, key):
        raise Http404
    label = SWITCHES[name][2]
    _save(request, place, [key], _change(name, on), f"{key}: {label} is {'on' if on else 'off'} now.")
    if request.headers.get("HX-Request"):
        line = line_of(place.game, key)
        context = _context(request, place, [line]) | {"extensions": is_extension(key)}
        return render(request, "portal/messages/changed.html", context)
    return HttpResponseRedirect(_back(request, place, key))


def undo(request: HttpRequest, place: Place) -> HttpResponse:
    messages.success(request, undoing.undo(request, place.game))
    return HttpResponseRedirect(place.url("extensions" if "extensions" in request.POST else "messages"))


def table(request: HttpRequest, place: Place, extensions: bool) -> HttpResponse:
    lines = lines_of(place.game, extensions)
    bulk = None
    if request.method == "POST":
        bulk = BulkForm(request.POST)
        keys: Any = bulk.fields["keys"]
        keys.choices = [(line.row.key, line.row.key) for line in lines]
        if bulk.is_valid():
            chosen = bulk.cleaned_data["keys"]
            _save(request, place, chosen, bulk.changes(), f"{len(chosen)} changed: {', '.join(chosen)}.")
            return HttpResponseRedirect(request.get_full_path())
    asked = FilterForm(request.GET)
    shown = [line for line in lines if _wanted(line, asked)]
    context = _context(request, place, shown) | {
        "title": "Script message extensions" if extensions else "Messages",
        "extensions": extensions,
        "filter": asked,
        "filtered": any(request.GET.get(name) for name in asked.fields),
        "groups_shown": grouped(shown),
        "bulk": bulk or BulkForm(),
        "ticked": request.POST.getlist("keys") if bulk else [],
    }
    return show(request, "portal/messages.html", context, place, 422 if bulk else 200)


def _context(request: HttpRequest, place: Place, lines: list[Line]) -> dict[str, Any]:
    return {
        "place": place,
        "lines": lines,
        "may_edit": place.may(EDIT),
        "undo": undoing.offered(request, place.game),
    }


def _wanted(line: Line, asked: FilterForm) -> bool:
    asked.is_valid()
    given = asked.cleaned_data
    return (
        (not given.get("q") or line.holds(given["q"]))
        and (not given.get("group") or line.group == given["group"])
        and (not given.get("only") or line.has(given["only"]))
    )


def _change(name: str, on: bool) -> dict[str, bool]:
    setting, opposite, _ = SWITCHES[name]
    return {setting: on != opposite}


def _save(request: HttpRequest, place: Place, keys: list[str], changes: dict[str, Any], said: str) -> None:
    """All of them or none."""
    with transaction.atomic():
        rows = [(key, message_type(place.game, key)) for key in sorted(keys)]
        steps = {key: change_settings(row, changes, user_of(request)) for key, row in rows}
    undoing.offer(request, place.game, said, steps)


def _back(request: HttpRequest, place: Place, key: str) -> str:
    """To the table that the switch stands in, with its filter."""
    question = request.GET.urlencode()
    page = place.url("extensions" if is_extension(key) else "messages")
    return f"{page}?{question}#{key}" if question else f"{page}#{key}"
