"""A forgotten password: a link by mail, and what it leads to. Nobody learns which addresses are known."""

from django import forms
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from games.accounts import sessions
from games.audit import record
from games.models import User
from portal.addresses import link
from portal.mails import Mail, hand_over, mails
from portal.web.shell import show
from protocol.client_address import limited_as, request_address
from protocol.limiter import Rate

OF_NETWORK = Rate(1 / 60, 10)
TO_ADDRESS = Rate(1 / 600, 3)
WAIT = 60  # seconds
MOST = 5  # users of one address
TEXT = """Somebody, probably you, asked for a new password of {name} on Flint. Choose it here:

{link}

The link is good for an hour, and once. If it was not you, nothing has to be done.
"""


class AddressForm(forms.Form):
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )


def ask(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST or None)
    context = {"title": "Forgotten password", "form": form, "sent": False}
    if request.method == "GET":
        return show(request, "portal/reset.html", context)
    if not form.is_valid():
        return show(request, "portal/reset.html", context, status=422)
    network = limited_as(request_address(request))
    if not mails.take(f"reset {network}" if network else "", OF_NETWORK):
        form.add_error(None, "Too many links were asked for from here. Wait some minutes.")
        refused = show(request, "portal/reset.html", context, status=429)
        refused["Retry-After"] = str(WAIT)
        return refused
    hand_over(_mails(request, form.cleaned_data["email"]))
    return show(request, "portal/reset.html", context | {"sent": True})


def choose(request: HttpRequest, user: str, token: str) -> HttpResponse:
    """The link's own page. It is good until the password changes, or somebody signs in by it."""
    found = _user(user)
    if found is None or not default_token_generator.check_token(found, token):
        return show(request, "portal/reset_spent.html", {"title": "Link used up"}, status=404)
    form = SetPasswordForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            record(found, "user.password_reset", found.get_username())
            sessions.end_others(found, "")
        messages.success(request, "Your password is changed. Sign in with it.")
        return HttpResponseRedirect(reverse("portal:sign-in"))
    status = 422 if request.method == "POST" else 200
    context = {"title": "New password", "form": form, "whose": found}
    return show(request, "portal/reset_choose.html", context, status=status)


def _mails(request: HttpRequest, address: str) -> list[Mail]:
    """One for each user of the address; none too often."""
    users = list(User.objects.filter(email__iexact=address, is_active=True)[:MOST])
    if not users or not mails.take(f"reset to {address.lower()}", TO_ADDRESS):
        return []
    return [Mail(user.email, "Your password on Flint", _text(request, user)) for user in users]


def _text(request: HttpRequest, user: User) -> str:
    given = {
        "user": urlsafe_base64_encode(str(user.pk).encode()),
        "token": default_token_generator.make_token(user),
    }
    path = reverse("portal:reset-choose", kwargs=given)
    return TEXT.format(name=user.get_username(), link=link(request, path))


def _user(given: str) -> User | None:
    try:
        pk = int(urlsafe_base64_decode(given))
    except ValueError:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()
