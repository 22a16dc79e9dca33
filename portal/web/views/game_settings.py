"""A game's settings: the form and its versions, two who save at once, and the danger zone."""

from typing import Any

from django.conf import settings as installation
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from games import collaborators, game_settings, recycling, saved_versions
from games.admin_access import user_of
from games.conflicts import Conflict, differences
from games.game_settings import SAVED
from games.models import Collaborator, Game
from games.saved_versions import Version
from games.validation import DocumentFaults
from portal.web.clashes import Clash, clash, with_picks
from portal.web.confirming import Question, ask_first
from portal.web.game_form import SettingsForm, compared, label_of, put_back
from portal.web.numbers import number_in
from portal.web.places import Place
from portal.web.rights import OWN
from portal.web.setting_words import as_text
from portal.web.shell import show
from push.jobs import DAY_MS, KEEP_ATTEMPTS_MS

MOST_PEOPLE = 200
DELETE = (
    "Its sockets are closed within seconds, and nothing of it answers any more, on either stage. It lies in "
    "the recycle bin for ten days, where an owner may restore it; then everything of it is gone for good: "
    "players, messages, configuration and audit."
)
TRANSFER = "They own the game from then on, and you administer it. Only they can give it back."


def settings(request: HttpRequest, place: Place) -> HttpResponse:
    if request.method != "POST":
        return _show(request, place, SettingsForm(initial=_current(place.game)))
    form = SettingsForm(request.POST)
    if "redraw" in request.POST:  # a draft of the browser's
        return _show(request, place, form, unsaved=True)
    if not form.is_valid():
        return _show(request, place, form, 422)
    base = number_in(request.POST.get("version", ""), 0)
    yours = with_picks(_current(place.game), form.document(), request.POST)
    try:
        changed = game_settings.save_settings(place.game, put_back(yours), user_of(request), base)
    except Conflict as found:
        return _show_clash(request, place, base, found.number, yours)
    except DocumentFaults as refused:
        return _show(request, place, form, 422, faults=refused.faults)
    now = game_settings.current_number(place.game)
    said = f"Saved as version {now}; preview runs it now." if changed else "Nothing had changed."
    messages.success(request, said)
    return HttpResponseRedirect(request.path)


def history(request: HttpRequest, place: Place) -> HttpResponse:
    found = saved_versions.versions(place.game, SAVED, place.game.api_key)
    if request.method == "POST":
        return _restore(request, place)
    before = [*found[1:], None][: len(found)]
    context = {
        "title": "History of the settings",
        "rows": [(each, _changes(former, each)) for each, former in zip(found, before, strict=True)],
        "number": found[0].number if found else 0,
        "back": place.url("settings"),
    }
    return show(request, "portal/settings/history.html", context, place)


def transfer(request: HttpRequest, place: Place) -> HttpResponse:
    """To somebody who works on the game already."""
    name = request.POST.get("user", "")
    row = _others(request, place).filter(user__username=name).first()
    if row is None:
        raise Http404
    back = place.url("settings")
    question = Question(
        f"Give {place.game.name} to {name}?", TRANSFER, "Transfer the game", back, place.game.api_key
    )
    if asked := ask_first(request, place, question):
        return asked
    collaborators.transfer(place.game, row.user, user_of(request))
    messages.success(request, f"{name} owns {place.game.name} now.")
    return HttpResponseRedirect(place.url("people"))


def delete(request: HttpRequest, place: Place) -> HttpResponse:
    name = " ".join(place.game.name.split())
    question = Question(f"Delete {name}?", DELETE, "Delete the game", place.url("settings"), name)
    if asked := ask_first(request, place, question):
        return asked
    recycling.delete_game(place.game, user_of(request))
    messages.success(request, f"{name} is in the recycle bin.")
    return HttpResponseRedirect(reverse("portal:games"))


def _restore(request: HttpRequest, place: Place) -> HttpResponse:
    number = number_in(request.POST.get("restore", ""), 0)
    old = saved_versions.version(place.game, SAVED, place.game.api_key, number)
    if old is None:
        raise Http404
    base = number_in(request.POST.get("version", ""), 0)
    try:
        game_settings.save_settings(place.game, dict(old.document), user_of(request), base)
    except Conflict:
        said = "Not restored: somebody saved another version meanwhile. Look at it first."
    except DocumentFaults as refused:
        said = f"Not restored: {refused.faults[0]}."
    else:
        said = f"Restored version {number}; it is version {game_settings.current_number(place.game)} now."
    messages.success(request, said)
    return HttpResponseRedirect(request.path)


def _show_clash(
    request: HttpRequest, place: Place, base: int, number: int, yours: dict[str, Any]
) -> HttpResponse:
    key = place.game.api_key
    edited, current = (saved_versions.version(place.game, SAVED, key, each) for each in (base, number))
    before = compared(edited.document) if edited else {}
    documents = (before, _current(Game.objects.get(pk=place.game.pk)), yours)
    made = clash("game", (base, current), documents, label_of, place.url("settings"))
    return _show(request, place, SettingsForm(initial=made.merged), 409, found=made)


def _show(
    request: HttpRequest,
    place: Place,
    form: SettingsForm,
    status: int = 200,
    found: Clash | None = None,
    faults: list[str] | None = None,
    unsaved: bool = False,
) -> HttpResponse:
    current = game_settings.current_number(place.game)
    fresh = request.method != "POST" or found is not None
    owns = place.may(OWN)
    context = {
        "title": "Game settings",
        "form": form,
        "base": current if fresh else number_in(request.POST.get("version", ""), current),
        "faulty": status == 422,
        "faults": faults or [],
        "unsaved": unsaved or status in (409, 422),
        "clash": found,
        "kept": _kept(),
        "owns": owns,
        "others": _others(request, place)[:MOST_PEOPLE] if owns else [],
        "key": f"{place.game.api_key}/settings",
    }
    return show(request, "portal/settings/form.html", context, place, status)


def _kept() -> list[tuple[str, int]]:
    """For how many days this installation keeps what, whichever the game."""
    return [
        ("Messages, unless they expire later", int(installation.FLINT_RETENTION_MESSAGE_DAYS)),
        ("Attempts to push", KEEP_ATTEMPTS_MS // DAY_MS),
        ("What came of posted events", int(installation.FLINT_RETENTION_POST_DAYS)),
        ("Transactions", int(installation.FLINT_RETENTION_TRANSACTION_DAYS)),
        ("What scripts log", int(installation.FLINT_RETENTION_SCRIPT_LOG_DAYS)),
    ]


def _current(game: Game) -> dict[str, Any]:
    return compared(game_settings.settings_of(game))


def _changes(before: Version | None, after: Version) -> list[tuple[str, str, str]]:
    """What a version changed: label, before, after. Of the first one nothing is known."""
    if before is None:
        return []
    old, new = compared(before.document), compared(after.document)
    return [
        (label_of(each.path), as_text(each.base), as_text(each.yours)) for each in differences(old, old, new)
    ]


def _others(request: HttpRequest, place: Place) -> Any:
    rows = Collaborator.objects.select_related("user").filter(game=place.game).exclude(user=user_of(request))
    return rows.order_by("user__username")
