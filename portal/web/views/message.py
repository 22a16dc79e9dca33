"""The message editor: its form, saving it, and two people who save the same."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from games.admin_access import user_of
from messaging.field_catalogue import declared_names
from messaging.message_settings import Conflict, Settings, SettingsFault, check, number_of, save_version
from messaging.message_types import is_extension
from messaging.settings_form import PROVIDER_NAMES
from messaging.settings_shape import PROVIDERS
from messaging.settings_words import is_inbox_only, outcome
from portal.web.clashes import Clash, with_picks
from portal.web.message_editing import Subject, clash, subject
from portal.web.message_form import SWITCHES, WITHOUT_SAVING, MessageForms, rearranged
from portal.web.message_phrases import sent_when
from portal.web.message_preview import preview_context
from portal.web.numbers import number_in
from portal.web.places import Place
from portal.web.rights import EDIT
from portal.web.shell import show


def message(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    of = subject(place.game, key)
    if request.method != "POST":
        return _show(request, place, of, MessageForms(place.game, of.settings))
    if any(name in request.POST for name in WITHOUT_SAVING):
        forms = MessageForms(place.game, of.settings, rearranged(request.POST))
        return _show(request, place, of, forms, unsaved=True)
    forms = MessageForms(place.game, of.settings, request.POST)
    settings = _checked(of, forms, request)
    if settings is None:
        return _show(request, place, of, forms, 422)
    return save(request, place, of, settings, forms.form.cleaned_data["note"])


def save(request: HttpRequest, place: Place, of: Subject, settings: Settings, note: str) -> HttpResponse:
    """Of settings that were checked: stores them, or shows what somebody else did meanwhile."""
    base = number_in(request.POST.get("version", ""), of.number)
    try:
        version = save_version(of.stored(), settings, user_of(request), note, base)
    except Conflict:
        theirs_url = place.url("message", key=of.key)
        found = clash(subject(place.game, of.key), base, settings, theirs_url)
        return _show_clash(request, place, found, note, of.key)
    now = subject(place.game, of.key)
    said = (
        "Nothing had changed."
        if number_of(version) == base
        else f"Saved as version {now.number}; preview runs it now."
    )
    messages.success(request, f"{said} {now.live_words}".strip())
    closing = "close" in request.POST
    return HttpResponseRedirect(list_url(place, of.key) if closing else request.get_full_path())


def outcome_words(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    """What the form's settings come to, as they are being changed."""
    of = subject(place.game, key)
    forms = MessageForms(place.game, of.settings, request.POST)
    return render(request, "portal/message/outcome.html", _outcome(of, forms))


def newest(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    """Asked for while somebody edits: says when another has saved since."""
    of = subject(place.game, key)
    base = number_in(request.GET.get("version", ""), of.number)
    return render(request, "portal/message/newer.html", {"of": of if of.number != base else None})


def _outcome(of: Subject, forms: MessageForms) -> dict[str, Any]:
    """Of what stands in the form, or where that came as it is saved, of the settings."""
    settings = of.settings
    if forms.form.is_bound:
        forms.form.is_valid()
        settings = settings | forms.form.settings()
    return {"outcome": outcome(settings), "inbox_only": is_inbox_only(settings)}


def list_url(place: Place, key: str) -> str:
    return place.url("extensions" if is_extension(key) else "messages")


def _checked(of: Subject, forms: MessageForms, request: HttpRequest) -> Settings | None:
    """What may be saved; None when the forms have faults, which they show."""
    if not forms.is_valid():
        return None
    try:
        return check(of.game, with_picks(of.settings, check(of.game, forms.settings()), request.POST))
    except SettingsFault as error:
        forms.add_faults(error.faults)
        return None


def _show_clash(request: HttpRequest, place: Place, found: Clash, note: str, key: str) -> HttpResponse:
    of = subject(place.game, key)
    forms = MessageForms(place.game, found.merged)
    forms.form.initial["note"] = note
    return _show(request, place, of, forms, 409, clash=found, unsaved=True)


def _show(
    request: HttpRequest,
    place: Place,
    of: Subject,
    forms: MessageForms,
    status: int = 200,
    clash: Clash | None = None,
    unsaved: bool = False,
) -> HttpResponse:
    may_edit = place.may(EDIT)
    if not may_edit:
        forms.disable()
    fresh = request.method != "POST" or clash is not None
    base = of.number if fresh else number_in(request.POST.get("version", ""), of.number)
    context = {
        "title": of.key,
        "of": of,
        "base": base,
        "when": sent_when(of.key),
        "list_url": list_url(place, of.key),
        "form": forms.form,
        "forms": forms,
        "switches": [forms.form[name] for name in SWITCHES],
        "texts": [forms.form[name] for name in ("title", "sub_title", "template")],
        "payloads": [(forms.form[f"json_{name}"], PROVIDER_NAMES[name]) for name in PROVIDERS],
        "customised": any(forms.form[f"json_{name}"].value() for name in PROVIDERS),
        "variants": forms.variants,
        "faulty": status == 422,
        "clash": clash,
        "unsaved": unsaved or status == 422,
        "may_edit": may_edit,
        "names": list(declared_names(of.message_class)),
        **_outcome(of, forms),
        **preview_context(place, of),
    }
    return show(request, "portal/message.html", context, place, status)
