"""The versions of a message's settings: what differs between two, and making an old one the newest."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from games.admin_access import user_of
from messaging.message_settings import (
    Conflict,
    Settings,
    SettingsFault,
    number_of,
    save_version,
    settings_of,
)
from messaging.models import MessageVersion
from portal.web.message_editing import Subject, subject
from portal.web.message_phrases import sent_when
from portal.web.places import Place
from portal.web.rights import EDIT
from portal.web.setting_words import changes
from portal.web.shell import show
from portal.web.views.message import list_url

SHOWN = 50
LIVE = "live"


class CompareForm(forms.Form):
    """Each a version's number, 0 for the defaults, or live."""

    a = forms.RegexField(rf"\A(\d{{1,9}}|{LIVE})\Z", required=False)
    b = forms.RegexField(rf"\A(\d{{1,9}}|{LIVE})\Z", required=False)


def message_history(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    of = subject(place.game, key)
    if request.method == "POST":
        return _restore(request, place, of)
    older = CompareForm(request.GET)
    if not older.is_valid():
        raise Http404
    versions = _versions(of)
    context = {
        "title": f"History of {key}",
        "of": of,
        "when": sent_when(key),
        "list_url": list_url(place, key),
        "versions": versions[:SHOWN],
        "more": len(versions) > SHOWN,
        "live_number": number_of(of.live) if of.is_published else None,
        "may_edit": place.may(EDIT),
        **_compared(of, older.cleaned_data["a"], older.cleaned_data["b"]),
    }
    return show(request, "portal/message/history.html", context, place)


def _versions(of: Subject) -> list[MessageVersion]:
    return list(of.row.versions.order_by("-number")[: SHOWN + 1]) if of.row else []


def _compared(of: Subject, a: str, b: str) -> dict[str, Any]:
    """The newest with the one before it, where nothing is chosen."""
    right = b or str(of.number)
    left = a or str(max(of.number - 1, 0))
    if left == right and not a:
        return {"left": left, "right": right, "changes": None}
    found = changes(_settings(of, left), _settings(of, right))
    return {"left": left, "right": right, "changes": found, "chosen": bool(a)}


def _settings(of: Subject, which: str) -> Settings:
    return settings_of(of.live) if which == LIVE else of.version(int(which))


def _restore(request: HttpRequest, place: Place, of: Subject) -> HttpResponse:
    """The version becomes the newest one, unless somebody has saved meanwhile."""
    number, base = (request.POST.get(name, "") for name in ("restore", "version"))
    if not (number.isdecimal() and base.isdecimal() and len(number + base) < 19):
        raise Http404
    settings = of.version(int(number))
    try:
        note = f"Restored version {number}" if int(number) else "Restored the defaults"
        version = save_version(of.stored(), settings, user_of(request), note, int(base))
    except Conflict:
        messages.error(request, "Not restored: somebody has saved this message since. Look at it again.")
    except SettingsFault as fault:
        messages.error(request, f"Not restored, since it fits no longer: {'; '.join(fault.faults)}.")
    else:
        again = number_of(version) == int(base)
        said = "It is the same as now." if again else f"{note}; it is version {number_of(version)} now."
        messages.success(request, f"{said} {subject(place.game, of.key).live_words}".strip())
    return HttpResponseRedirect(request.path)
