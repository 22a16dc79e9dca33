"""Sends a stored message to its player once more."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from games.admin_access import user_of
from messaging.models import PlayerMessage
from messaging.resending import resend as sent_again
from portal.web.places import Place
from portal.web.shell import show


def resend(request: HttpRequest, place: Place, copy_id: str) -> HttpResponse:
    """Answers with the new message's trace. On live the form says that it is meant."""
    stage = place.found_stage()
    copies = PlayerMessage.objects.select_related("message", "player")
    copy = copies.filter(pk=copy_id, message__stage=stage).first()
    if copy is None:
        raise Http404
    if place.is_live and not request.POST.get("confirmed"):
        sentence = "A message on LIVE reaches a real player: go back and tick that you mean it."
        return show(request, "portal/error.html", {"title": "Not sent", "sentence": sentence}, place, 422)
    message_id = sent_again(stage, copy, user_of(request))
    return HttpResponseRedirect(f"{place.url('trace', place.stage)}?id={message_id}")
