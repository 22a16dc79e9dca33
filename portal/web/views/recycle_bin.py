"""The recycle bin: games that were deleted, for their owners to restore."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from games.admin_access import user_of
from games.recycling import Gone, kept_until, recycled_of, restore_game
from portal.web.places import find_place
from portal.web.shell import show

MOST = 200


def recycle_bin(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    if request.method == "POST":
        return _restore(request)
    rows = [(game, kept_until(game)) for game in recycled_of(user)[:MOST]]
    return show(request, "portal/recycle_bin.html", {"title": "Recycle bin", "rows": rows})


def _restore(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    game = recycled_of(user).filter(api_key=request.POST.get("game", "")).first()
    if game is None:
        raise Http404
    try:
        restore_game(game, user)
    except Gone:
        raise Http404 from None
    messages.success(request, f"{game.name} is back, as it was.")
    return HttpResponseRedirect(find_place(user, game.api_key).url("settings"))
