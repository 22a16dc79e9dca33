"""What an invitation's link leads to: a new account, or the game for who has one."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from games import invitations
from games.collaborators import games_of
from games.models import Invitation, User
from portal.web.navigation import first_page
from portal.web.places import find_place
from portal.web.shell import show
from portal.web.signed_in import let_in


class JoinForm(forms.Form):
    name = forms.CharField(
        label="Your name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        strip=False,
        max_length=1000,
        help_text=" ".join(password_validators_help_texts()),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, email: str, *given: Any) -> None:
        super().__init__(*given)
        self._email = email

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, User(email=self._email, first_name=self.cleaned_data.get("name", "")))
        return password


def invite(request: HttpRequest, token: str) -> HttpResponse:
    invitation = invitations.find(token)
    if invitation is None:
        return show(request, "portal/reset_spent.html", {"title": "Link used up"}, status=404)
    if isinstance(request.user, User):
        return _for_user(request, invitation, request.user)
    if invitations.has_account(invitation):
        return _page(request, invitation, state="known", status=422 if request.method == "POST" else 200)
    form = JoinForm(invitation.email, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = invitations.join(invitation, form.cleaned_data["name"], form.cleaned_data["password"])
        except invitations.UsedUp:
            return show(request, "portal/reset_spent.html", {"title": "Link used up"}, status=404)
        except ValidationError as fault:
            form.add_error(None, fault.messages[0])
        else:
            let_in(request, user, remember=False)
            return _to_game(invitation, user)
    return _page(request, invitation, form, "new", 422 if request.method == "POST" else 200)


def _for_user(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    """Who is signed in has to have the address."""
    if not invitations.is_for(invitation, user):
        return _page(request, invitation, state="other", status=403 if request.method == "POST" else 200)
    if request.method != "POST":
        return _page(request, invitation, state="join")
    try:
        invitations.accept(invitation, user)
    except invitations.UsedUp:
        return show(request, "portal/reset_spent.html", {"title": "Link used up"}, status=404)
    return _to_game(invitation, user)


def _to_game(invitation: Invitation, user: User) -> HttpResponse:
    game = games_of(user).get(pk=invitation.game_id)
    return HttpResponseRedirect(first_page(find_place(user, game.api_key)))


def _page(
    request: HttpRequest,
    invitation: Invitation,
    form: JoinForm | None = None,
    state: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"title": "Invitation", "invitation": invitation, "form": form, "state": state}
    return show(request, "portal/invite.html", context, status=status)
