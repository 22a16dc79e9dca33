"""Signing in and out."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from games.accounts import second_factor
from games.models import User
from portal.web import second_step
from portal.web.shell import show
from portal.web.signed_in import let_in, let_out
from portal.web.signing_in import TooMany, find_user

WAIT = 90  # seconds: one more try of a name from an address
FAILED = "That did not work. Check the name and the password; after several wrong tries, wait some minutes."


class SignInForm(forms.Form):
    name = forms.CharField(
        label="E-mail or user name",
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        ),
    )
    password = forms.CharField(
        strip=False, max_length=1000, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    remember = forms.BooleanField(label="Stay signed in for 14 days", required=False)


def sign_in(request: HttpRequest) -> HttpResponse:
    target = _target(request)
    if request.user.is_authenticated:
        return HttpResponseRedirect(target)
    form = SignInForm(request.POST or None)
    status, headers = 200, dict[str, str]()
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                if user := find_user(request, form.cleaned_data["name"], form.cleaned_data["password"]):
                    return _go_on(request, user, form.cleaned_data["remember"], target)
            except TooMany:
                status, headers = 429, {"Retry-After": str(WAIT)}
            form.add_error(None, FAILED)
    response = show(
        request, "portal/sign_in.html", {"title": "Sign in", "form": form, "next": target}, status=status
    )
    for name, value in headers.items():
        response[name] = value
    return response


def _go_on(request: HttpRequest, user: User, remember: bool, target: str) -> HttpResponse:
    """After the right password."""
    if second_factor.is_on(user):
        second_step.begin(request, user, remember, target)
        return HttpResponseRedirect(reverse("portal:second-step"))
    let_in(request, user, remember)
    return HttpResponseRedirect(target)


def sign_out(request: HttpRequest) -> HttpResponse:
    let_out(request)
    return HttpResponseRedirect(reverse("portal:sign-in"))


def _target(request: HttpRequest) -> str:
    """Where the user wanted to go: a page of ours, or the list of games."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    return wanted if ours else reverse("portal:games")
