"""Push integrations: a card for each provider, with its state on the stage."""

from django.http import HttpRequest, HttpResponse

from portal.web.places import Place
from portal.web.push_cards import cards_of
from portal.web.rights import MANAGE
from portal.web.shell import show


def push(request: HttpRequest, place: Place) -> HttpResponse:
    cards = cards_of(place.found_stage())
    context = {
        "title": "Push integrations",
        "cards": [(card, place.url("push-account", place.stage, provider=card.provider)) for card in cards],
        "may_manage": place.may(MANAGE),
        "log_url": place.url("push-log", place.stage),
        "none_stored": not any(card.stored for card in cards),
    }
    return show(request, "portal/push.html", context, place)
