"""Script message extensions: their table, adding one, renaming and deleting it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from games.admin_access import user_of
from messaging.message_settings import EXTENSION_PREFIX, OWN_EXTENSIONS, SettingsFault, save_extension
from messaging.message_types import delete_extension
from messaging.overview import is_known
from messaging.settings_shape import EXTENSION_PATTERN
from portal.web.message_editing import subject
from portal.web.places import Place
from portal.web.shell import show
from portal.web.views.messages import table

HELP = "Sent as .ScriptMessage with this extCode; REST calls it ScriptMessage_<code>. It stays for good."
WRONG = "Capital letters, digits and _, a letter first."


class NamesForm(forms.Form):
    name = forms.CharField(label="Name", required=False, max_length=100)
    description = forms.CharField(
        label="Description", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ExtensionForm(NamesForm):
    short_code = forms.CharField(
        label="Short code",
        max_length=64,
        help_text=HELP,
        validators=[RegexValidator(rf"\A{EXTENSION_PATTERN}\Z", WRONG)],
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    field_order = ("short_code", "name", "description")


def extensions(request: HttpRequest, place: Place) -> HttpResponse:
    return table(request, place, extensions=True)


def new(request: HttpRequest, place: Place) -> HttpResponse:
    form = ExtensionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["short_code"]
        key = f"{EXTENSION_PREFIX}{code}"
        if not is_known(place.game, key):
            name, description = form.cleaned_data["name"], form.cleaned_data["description"]
            save_extension(place.game, code, name, description, user_of(request))
            messages.success(request, f"{code} was added. Say here how it is sent and what it says.")
            return HttpResponseRedirect(place.url("message", key=key))
        form.add_error("short_code", "The game has an extension of this short code.")
    context: dict[str, Any] = {"title": "New extension", "form": form, "back": place.url("extensions")}
    return show(request, "portal/messages/extension.html", context, place, _status(request))


def change(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    of = subject(place.game, key)
    code = key.removeprefix(EXTENSION_PREFIX)
    if code == key:
        raise Http404
    faults: list[str] = []
    row = of.row
    form = NamesForm(request.POST or None, initial=_names(row, code))
    if "delete" in request.POST:
        try:
            delete_extension(of.stored(), user_of(request))
        except SettingsFault as error:
            faults = error.faults
        else:
            messages.success(request, f"{code} was deleted. Messages already sent stay.")
            return HttpResponseRedirect(place.url("extensions"))
    elif request.method == "POST" and form.is_valid():
        save_extension(
            place.game, code, form.cleaned_data["name"], form.cleaned_data["description"], user_of(request)
        )
        messages.success(request, f"{code} was renamed.")
        return HttpResponseRedirect(place.url("message", key=key))
    context = {
        "title": code,
        "form": form,
        "faults": faults,
        "back": place.url("message", key=key),
        "existing": True,
        "own": code in OWN_EXTENSIONS,
    }
    return show(request, "portal/messages/extension.html", context, place, _status(request))


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200


def _names(row: Any, code: str) -> dict[str, str]:
    if row is None:
        return {"name": OWN_EXTENSIONS.get(code, "")}
    return {"name": row.name, "description": row.description}
