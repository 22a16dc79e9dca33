"""Who works on the game: roles, invitations, and how to leave it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from games import collaborators, invitations
from games.admin_access import user_of
from games.models import Collaborator, Invitation
from portal.addresses import link
from portal.mails import Mail, is_sent, mails, send
from portal.web import people as table
from portal.web.places import Place
from portal.web.rights import ADMINISTER
from portal.web.shell import show
from protocol.limiter import Rate

OF_USER = Rate(1 / 60, 20)
LAST = "A game keeps an owner: make somebody else one first."
TEXT = """{inviter} invites you to work on the game {game} on Flint, as {role}.
{note}
{link}

The link is good for a week, and once. If you do not know about it, nothing has to be done.
"""


class InviteForm(forms.Form):
    email = forms.EmailField(
        label="E-mail", max_length=150, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(initial=Collaborator.Role.EDITOR)
    note = forms.CharField(required=False, max_length=300, help_text="Stands in the mail.")

    def __init__(self, roles: list[tuple[str, str]], *given: Any) -> None:
        super().__init__(*given)
        chosen: Any = self.fields["role"]
        chosen.choices = roles


def people(request: HttpRequest, place: Place) -> HttpResponse:
    """`do` is `invite`, `role` or `remove` with a user name, `resend` or `revoke` with an address."""
    if request.method == "POST":
        return _change(request, place)
    return _page(request, place)


def leave(request: HttpRequest, place: Place) -> HttpResponse:
    row = Collaborator.objects.filter(game=place.game, user=user_of(request)).first()
    if row is None:
        raise Http404
    if not request.POST.get("confirmed"):
        return _page(request, place, fault="Tick that you mean it, to leave.")
    try:
        collaborators.remove(row, user_of(request))
    except collaborators.LastOwner:
        return _page(request, place, fault=LAST)
    messages.success(request, f"You do not work on {place.game.name} any more.")
    return HttpResponseRedirect(reverse("portal:games"))


def _change(request: HttpRequest, place: Place) -> HttpResponse:
    what = request.POST.get("do", "")
    if what in ("role", "remove"):
        return _change_person(request, place, what)
    if what in ("resend", "revoke"):
        return _change_invitation(request, place, what)
    form = InviteForm(table.roles_to_give(place), request.POST)
    if not form.is_valid():
        return _page(request, place, form)
    given = form.cleaned_data
    return _invite(request, place, given["email"], given["role"], given["note"], form)


def _invite(
    request: HttpRequest, place: Place, email: str, role: str, note: str, form: InviteForm | None = None
) -> HttpResponse:
    user = user_of(request)
    if not mails.take(f"invite {user.pk}", OF_USER):
        return _page(request, place, form, "You invite too many at once. Wait some minutes.")
    try:
        invited, text = invitations.invite(place.game, email, Collaborator.Role(role), note, user)
    except invitations.AlreadyHere:
        return _page(request, place, form, f"Somebody with the address {email} works on the game already.")
    address = link(request, reverse("portal:invite", kwargs={"token": text}))
    given = {"inviter": user.get_full_name() or user.get_username(), "game": place.game.name}
    words = TEXT.format(
        **given, role=invited.get_role_display().lower(), note=f"\n{note}\n" if note else "", link=address
    )
    sent = send(Mail(invited.email, f"Work on {_one_line(place.game.name)}", words)) and is_sent()
    if sent:
        messages.success(request, f"An invitation is on its way to {invited.email}.")
        return HttpResponseRedirect(place.url("people"))
    return _page(request, place, made=(invited.email, address))


def _change_person(request: HttpRequest, place: Place, what: str) -> HttpResponse:
    name, role = request.POST.get("user", ""), request.POST.get("role", "")
    found = {person.row.user.get_username(): person for person in table.people_of(place, user_of(request))}
    person = found.get(name)
    if person is None:
        raise Http404
    may_give = role in dict(person.roles)
    if not person.roles or (what == "role" and not may_give):
        return _page(request, place, fault="That is for somebody of a higher role to do.")
    try:
        if what == "remove":
            collaborators.remove(person.row, user_of(request))
            messages.success(request, f"{person.name} does not work on this game any more.")
        else:
            collaborators.set_role(place.game, person.row.user, Collaborator.Role(role), user_of(request))
            messages.success(request, f"{person.name} is {Collaborator.Role(role).label.lower()} now.")
    except collaborators.LastOwner:
        return _page(request, place, fault=LAST)
    gone = person.is_self and what == "remove"
    return HttpResponseRedirect(reverse("portal:games") if gone else place.url("people"))


def _change_invitation(request: HttpRequest, place: Place, what: str) -> HttpResponse:
    row = Invitation.objects.filter(game=place.game, email=request.POST.get("email", "")).first()
    if row is None:
        raise Http404
    roles = table.roles_to_give(place)
    if row.role not in dict(roles):
        return _page(request, place, fault="That is for somebody of a higher role to do.")
    if what == "resend":
        return _invite(request, place, row.email, row.role, row.note)
    invitations.revoke(row, user_of(request))
    messages.success(request, f"The invitation of {row.email} is revoked.")
    return HttpResponseRedirect(place.url("people"))


def _page(
    request: HttpRequest,
    place: Place,
    form: InviteForm | None = None,
    fault: str = "",
    made: tuple[str, str] | None = None,
) -> HttpResponse:
    user, roles = user_of(request), table.roles_to_give(place)
    context = {
        "title": "People",
        "people": table.people_of(place, user),
        "invited": table.invitations_of(place) if place.may(ADMINISTER) else [],
        "form": form or InviteForm(roles),
        "may_invite": bool(roles),
        "to_give": dict(roles),
        "powers": table.powers(),
        "roles": Collaborator.Role.labels,
        "fault": fault,
        "made": made,
        "mail_is_set_up": is_sent(),
        "now": timezone.now(),
    }
    refused = fault or (form is not None and form.errors)
    return show(request, "portal/people.html", context, place, 422 if refused else 200)


def _one_line(text: str) -> str:
    return " ".join(text.split())
