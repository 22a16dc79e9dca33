"""The account's two-step sign-in: switched on with an authenticator app, off, and its recovery codes."""

import segno
from cryptography.fernet import InvalidToken
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from games.accounts import second_factor as factor
from games.admin_access import user_of
from games.encryption import decrypt, encrypt
from portal.web.shell import show
from portal.web.signing_in import is_users_own

OFFERED = "offered_factor"  # in the session: the secret that the page shows, encrypted
WRONG = "That is not your password; after several wrong tries, wait some minutes."
NOT_THE_CODE = "That is not the code that the app shows now. Is its clock right?"


class PasswordForm(forms.Form):
    password = forms.CharField(
        label="Your password",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class OnForm(PasswordForm):
    code = forms.CharField(
        label="Code that the app shows",
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    field_order = ("code", "password")


def second_factor(request: HttpRequest) -> HttpResponse:
    """`do` is `on`, `off` or `codes`; each takes the password, so that an open browser is not enough."""
    if request.method == "POST":
        return _change(request, request.POST.get("do", ""))
    return _page(request)


def _change(request: HttpRequest, what: str) -> HttpResponse:
    user = user_of(request)
    if what not in (("codes", "off") if factor.is_on(user) else ("on",)):
        raise Http404
    form = OnForm(request.POST) if what == "on" else PasswordForm(request.POST)
    if not form.is_valid() or not _is_own(request, form):
        return _page(request, form, what, 422)
    if what == "off":
        factor.turn_off(user, user)
        messages.success(request, "Two-step sign-in is off.")
        return HttpResponseRedirect(reverse("portal:second-factor"))
    if what == "codes":
        return _page(request, codes=factor.new_recovery_codes(user))
    codes = factor.turn_on(user, _offered(request), "".join(form.cleaned_data["code"].split()))
    if codes is None:
        form.add_error("code", NOT_THE_CODE)
        return _page(request, form, what, 422)
    request.session.pop(OFFERED, None)
    return _page(request, codes=codes)


def _page(
    request: HttpRequest,
    form: forms.Form | None = None,
    what: str = "",
    status: int = 200,
    codes: list[str] | None = None,
) -> HttpResponse:
    user = user_of(request)
    context = {"title": "Two-step sign-in", "on": factor.is_on(user), "codes": codes}
    if context["on"]:
        context |= {
            "left": factor.codes_left(user),
            "codes_form": form if what == "codes" else PasswordForm(auto_id="codes_%s"),
            "off_form": form if what == "off" else PasswordForm(auto_id="off_%s"),
            "asked": what,
        }
    else:
        secret = _offered(request)
        picture = segno.make(factor.address(user, secret), error="m")
        context |= {
            "form": form or OnForm(),
            "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            "picture": picture.svg_data_uri(scale=5, light="#fff"),
        }
    return show(request, "portal/account/second_factor.html", context, status=status)


def _offered(request: HttpRequest) -> str:
    """The secret that this session's page offers, until it is taken."""
    try:
        return decrypt(request.session[OFFERED])
    except (KeyError, InvalidToken):
        secret = factor.new_secret()
        request.session[OFFERED] = encrypt(secret)
        return secret


def _is_own(request: HttpRequest, form: forms.Form) -> bool:
    right = is_users_own(request, form.cleaned_data["password"])
    if not right:
        form.add_error("password", WRONG)
    return right
