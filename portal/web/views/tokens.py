"""The user's access tokens: made, shown once, revoked."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from games.accounts import access_tokens
from games.admin_access import user_of
from games.models import AccessToken, Collaborator, User
from portal.addresses import link
from portal.web.numbers import number_in
from portal.web.shell import show

DAYS = (7, 30, 90, 180, 365)


class TokenForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="What it is for, such as the program that has it.")
    game = forms.ChoiceField()
    role = forms.ChoiceField(
        choices=Collaborator.Role.choices,
        initial=Collaborator.Role.VIEWER,
        help_text="Not above your own. If yours is lowered, the token's is too.",
    )
    days = forms.TypedChoiceField(
        label="Expires after", coerce=int, initial=30, choices=[(days, f"{days} days") for days in DAYS]
    )

    def __init__(self, user: User, *given: Any) -> None:
        super().__init__(*given)
        self.held = {row.game.api_key: row for row in _collaborations(user)}
        games: Any = self.fields["game"]
        games.choices = [(key, row.game.name) for key, row in self.held.items()]


def tokens(request: HttpRequest) -> HttpResponse:
    user, made = user_of(request), ""
    form = TokenForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _create(user, form)
        if made:
            form = TokenForm(user)
    context = {
        "title": "API tokens",
        "form": form,
        "made": made,
        "rows": AccessToken.objects.select_related("game").filter(user=user),
        "now": timezone.now(),
        "address": _document(request) if made else "",
    }
    status = 422 if request.method == "POST" and not made else 200
    return show(request, "portal/account/tokens.html", context, status=status)


def revoke(request: HttpRequest) -> HttpResponse:
    row = access_tokens.revoke(user_of(request), number_in(request.POST.get("token"), 0))
    if row is None:
        raise Http404
    messages.success(request, f"{row.name} is revoked.")
    return HttpResponseRedirect(reverse("portal:tokens"))


def _document(request: HttpRequest) -> str:
    """What the new token opens."""
    return link(request, f"/api/v1/games/{request.POST['game']}/document")


def _create(user: User, form: TokenForm) -> str:
    """The token, "" where it was refused: the form says why."""
    given = form.cleaned_data
    game, role = form.held[given["game"]].game, Collaborator.Role(given["role"])
    # A minute less: a year from now is more than a year from when this was counted.
    expires = timezone.now() + timedelta(days=given["days"]) - timedelta(minutes=1)
    try:
        return access_tokens.create(user, game, given["name"], role, expires)
    except access_tokens.Refused as refused:
        form.add_error("role", str(refused))
        return ""


def _collaborations(user: User) -> list[Collaborator]:
    rows = Collaborator.objects.select_related("game").filter(user=user)
    return list(rows.order_by("game__name", "game_id"))
