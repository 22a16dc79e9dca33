"""A new e-mail address of the user, which counts once a link that was sent there is followed."""

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from games.admin_access import user_of
from games.audit import record
from games.models import User
from portal.addresses import link
from portal.mails import Mail, hand_over, mails
from portal.web.shell import show
from portal.web.signing_in import is_users_own
from protocol.limiter import Rate

SALT = "portal.email"
WITHIN = 24 * 3600  # seconds
OF_USER = Rate(1 / 300, 5)
WRONG = "That is not your password; after several wrong tries, wait some minutes."
TEXT = """{name} on Flint would like to have this address. If that is you, say so here, signed in:

{link}

The link is good for a day. If it was not you, nothing has to be done.
"""


class EmailForm(forms.Form):
    email = forms.EmailField(
        label="New e-mail",
        max_length=150,
        help_text="It counts once you have followed the link that is sent there.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label="Your password",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def email(request: HttpRequest) -> HttpResponse:
    user, form = user_of(request), EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not is_users_own(request, form.cleaned_data["password"]):
            form.add_error("password", WRONG)
        elif not mails.take(f"email {user.pk}", OF_USER):
            form.add_error(None, "Too many links were asked for. Wait some minutes.")
        else:
            new = form.cleaned_data["email"]
            hand_over([Mail(new, "Your address on Flint", _text(request, user, new))])
            messages.success(request, f"A link is on its way to {new}.")
            return HttpResponseRedirect(reverse("portal:account"))
    status = 422 if request.method == "POST" else 200
    return show(request, "portal/account/email.html", {"title": "E-mail", "form": form}, status=status)


def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link's own page. It names the address before, so it is good once."""
    user = user_of(request)
    try:
        kept = signing.loads(token, salt=SALT, max_age=WITHIN)
    except signing.BadSignature:
        kept = {}
    if kept.get("user") != user.pk or kept.get("before") != user.email:
        return show(request, "portal/reset_spent.html", {"title": "Link used up"}, status=404)
    new = str(kept["new"])
    if request.method != "POST":
        return show(request, "portal/account/confirm.html", {"title": "E-mail", "new": new})
    if User.objects.filter(email__iexact=new).exclude(pk=user.pk).exists():
        messages.error(request, "Another account has this address. Sign in with that one instead.")
    else:
        user.email = new
        user.save(update_fields=["email"])
        record(user, "user.email", user.get_username())
        messages.success(request, "Your e-mail address is changed.")
    return HttpResponseRedirect(reverse("portal:account"))


def _text(request: HttpRequest, user: User, new: str) -> str:
    token = signing.dumps({"user": user.pk, "before": user.email, "new": new}, salt=SALT)
    path = reverse("portal:email-confirm", kwargs={"token": token})
    return TEXT.format(name=user.get_username(), link=link(request, path))
