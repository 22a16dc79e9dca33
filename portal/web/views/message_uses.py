"""What uses a message type."""

from django.http import HttpRequest, HttpResponse

from messaging.uses import uses_of
from portal.web.message_editing import subject
from portal.web.message_phrases import sent_when
from portal.web.places import Place
from portal.web.shell import show
from portal.web.views.message import list_url


def message_uses(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    context = {
        "title": f"Where {key} is used",
        "of": subject(place.game, key),
        "when": sent_when(key),
        "list_url": list_url(place, key),
        "uses": uses_of(place.game, key),
    }
    return show(request, "portal/message/uses.html", context, place)
