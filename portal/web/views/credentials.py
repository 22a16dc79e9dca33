"""Credentials: what signs in to the game, its rights, and its secret, which is shown once."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from games.admin_access import user_of
from games.credential_use import with_sockets
from games.credentials import GRACES, SYSTEM, delete_credential, reset_secret, save_credential
from games.models import Credential
from portal.addresses import address_of
from portal.web.credential_form import CredentialForm, GraceForm
from portal.web.places import Place
from portal.web.rights import SECRETS
from portal.web.shell import show
from portal.web.snippets import service_urls
from portal.web.wording import minute, moment
from protocol.dates import now_ms

FIXED = "device"  # whose secret cannot be reset


def credentials(request: HttpRequest, place: Place) -> HttpResponse:
    rows = with_sockets(Credential.objects.filter(game=place.game)).defer("secret", "former_secret")
    context = {
        "title": "Credentials",
        "rows": [
            {
                "row": row,
                "url": place.url("credential", code=row.short_code),
                "system": row.short_code in SYSTEM,
                "requests": _requests(row),
                "graced": _graced(row),
                "used": moment(row.used_ms) if row.used_ms else None,
            }
            for row in rows.order_by("short_code")
        ],
        "addresses": list(service_urls(address_of(request), place.game.api_key).items()),
        "may_manage": place.may(SECRETS),
    }
    return show(request, "portal/credentials.html", context, place)


def new(request: HttpRequest, place: Place) -> HttpResponse:
    form = CredentialForm(place.game, None, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["short_code"]
        row = save_credential(place.game, code, form.fields_to_save(), user_of(request))
        return _shown_once(request, place, row, f"{code} was added")
    return _show(request, place, None, form)


def credential(request: HttpRequest, place: Place, code: str) -> HttpResponse:
    row = _found(place, code)
    if "delete" in request.POST:
        return _delete(request, place, row)
    form = CredentialForm(place.game, row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        save_credential(place.game, code, form.fields_to_save(), user_of(request))
        messages.success(request, f"{code} is saved: for both stages, and for sockets that are open.")
        return HttpResponseRedirect(request.path)
    return _show(request, place, row, form)


def reset(request: HttpRequest, place: Place, code: str) -> HttpResponse:
    """Shows the new secret by this answer alone: no address has it."""
    row = _found(place, code)
    form = GraceForm(request.POST)
    if not form.is_valid():
        return _show(request, place, row, CredentialForm(place.game, row), "Not reset: choose a grace.")
    try:
        reset_secret(row, user_of(request), form.cleaned_data["hours"])
    except ValidationError as error:
        return _show(request, place, row, CredentialForm(place.game, row), " ".join(error.messages))
    return _shown_once(request, place, row, f"The secret of {code} was reset")


def _delete(request: HttpRequest, place: Place, row: Credential) -> HttpResponse:
    code = row.short_code
    fault = ""
    if request.POST.get("typed", "").strip() != code:
        fault = f"Not deleted: type {code} to say that you mean it."
    else:
        try:
            delete_credential(row, user_of(request))
        except ValidationError as error:
            fault = " ".join(error.messages)
    if fault:
        return _show(request, place, row, CredentialForm(place.game, row), fault)
    messages.success(request, f"{code} was deleted.")
    return HttpResponseRedirect(place.url("credentials"))


def _shown_once(request: HttpRequest, place: Place, row: Credential, title: str) -> HttpResponse:
    context = {
        "title": title,
        "row": row,
        "until": _graced(row),
        "back": place.url("credential", code=row.short_code),
    }
    return show(request, "portal/credentials/secret.html", context, place)


def _show(
    request: HttpRequest, place: Place, row: Credential | None, form: CredentialForm, fault: str = ""
) -> HttpResponse:
    may_manage = place.may(SECRETS)
    if not may_manage:
        for field in form.fields.values():
            field.disabled = True
    context: dict[str, Any] = {
        "title": row.short_code if row else "New credential",
        "row": row,
        "form": form,
        "kinds": [form[name] for name in ("player", "listener", "callback", "listen_all", "admin")],
        "requests_by_group": form.groups(),
        "system": row is not None and row.short_code in SYSTEM,
        "fixed": row is not None and row.short_code == FIXED,
        "graced": _graced(row) if row else "",
        "graces": GRACES,
        "fault": fault,
        "may_manage": may_manage,
        "back": place.url("credentials"),
        "reset_url": place.url("credential-reset", code=row.short_code) if row else "",
    }
    status = 422 if request.method == "POST" else 200
    return show(request, "portal/credentials/edit.html", context, place, status)


def _found(place: Place, code: str) -> Credential:
    row = Credential.objects.select_related("game").filter(game=place.game, short_code=code).first()
    if row is None:
        raise Http404
    return row


def _graced(row: Credential) -> str:
    """Until when the secret before the reset is good; "" where it is not."""
    return minute(row.former_until_ms) if row.former_until_ms > now_ms() else ""


def _requests(row: Credential) -> str:
    """Which it may send, in words."""
    if "*" in row.deny or not row.allow:
        return "none"
    denied = len(row.deny)
    if "*" in row.allow:
        return f"all but {denied}" if denied else "all"
    return f"{len(set(row.allow) - set(row.deny))} only"
