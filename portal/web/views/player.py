"""A player: the summary, and what is done to all of the player."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from games.admin_access import user_of
from players.models import Player
from players.sessions import set_banned
from players.supporting import delete_player, reset_password
from portal.web.confirming import Question, ask_first
from portal.web.places import Place
from portal.web.player_pages import name_of, page_url, show_player, subject
from portal.web.player_summary import groups_of, script_data
from portal.web.rights import DELETE_PLAYERS
from portal.web.views import errors
from portal.web.wording import moment

Action = Callable[[HttpRequest, Place, Player], HttpResponse]


def player(request: HttpRequest, place: Place, player_id: str) -> HttpResponse:
    found = subject(place, player_id)
    if request.method != "POST":
        return _summary(request, place, found)
    action = next((act for name, act in ACTIONS.items() if name in request.POST), None)
    if action is None:
        raise Http404
    return action(request, place, found)


def _summary(request: HttpRequest, place: Place, found: Player, password: str = "") -> HttpResponse:
    context = {
        "belongings": groups_of(place, found),
        "script_data": script_data(found),
        "created_at": moment(found.created_ms),
        "password": password,
        "export_url": page_url(place, found, "player-export"),
        "may_delete": place.may(DELETE_PLAYERS),
    }
    return show_player(request, place, found, "player", "portal/player/summary.html", context)


def _ban(request: HttpRequest, place: Place, found: Player) -> HttpResponse:
    sentence = (
        "The player is logged out everywhere, leaves what runs and cannot log in until the ban is lifted."
    )
    if asked := ask_first(request, place, _question(place, found, "Ban", sentence)):
        return asked
    set_banned(found, True, user_of(request))
    messages.success(request, "The player is banned.")
    return HttpResponseRedirect(page_url(place, found))


def _unban(request: HttpRequest, place: Place, found: Player) -> HttpResponse:
    set_banned(found, False, user_of(request))
    messages.success(request, "The ban is lifted: the player can log in again.")
    return HttpResponseRedirect(page_url(place, found))


def _password(request: HttpRequest, place: Place, found: Player) -> HttpResponse:
    """Answers with the page itself: the password is nowhere else."""
    if not found.user_name:
        raise Http404
    sentence = (
        "A new password is made and shown to you once. The old one ends; the player is logged out everywhere."
    )
    if asked := ask_first(request, place, _question(place, found, "Reset the password", sentence)):
        return asked
    return _summary(request, place, found, reset_password(found, user_of(request)))


def _delete(request: HttpRequest, place: Place, found: Player) -> HttpResponse:
    if not place.may(DELETE_PLAYERS):
        return errors.page(request, 403, place)
    sentence = (
        "Everything of this player is deleted: inbox, devices, friends, scores, goods, memberships. What "
        "they wrote to others stays with those, and the audit keeps the id. It cannot be undone."
    )
    if asked := ask_first(request, place, _question(place, found, "Delete", sentence, typed=found.pk)):
        return asked
    player_id = found.pk
    delete_player(found, user_of(request))
    messages.success(request, f"Player {player_id} was deleted.")
    return HttpResponseRedirect(place.url("players", place.stage))


def _question(place: Place, found: Player, does: str, sentence: str, typed: str = "") -> Question:
    return Question(f"{does}: {name_of(found)[:80]}?", sentence, does, page_url(place, found), typed)


ACTIONS: dict[str, Action] = {"ban": _ban, "unban": _unban, "password": _password, "delete": _delete}
