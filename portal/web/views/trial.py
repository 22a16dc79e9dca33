"""Test messages: sent from the editor, and their traces while they are on their way."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from games.admin_access import user_of
from messaging.models import PlayerMessage
from messaging.past_messages import fields_of_copy, past_copy
from messaging.trial_sends import NotSendable, Trial, send_trial
from portal.web.asking import find_player
from portal.web.message_drafts import require_type
from portal.web.often import too_often
from portal.web.places import Place
from portal.web.rights import SEE_PAYLOADS
from portal.web.shell import show
from portal.web.traces import UNDER_WAY, trace_of
from portal.web.trial_form import TrialForm
from protocol.dates import now_ms
from protocol.ids import id_ms

WATCHED_MS = 600_000
SOON, LATER = "300ms", "1s"  # until the next look at a message that is on its way, that waits


def trial(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    """Sends it, and answers with the part of the page that follows it. 422 says what is missing."""
    require_type(place, key)
    if refused := too_often(request):
        return refused
    form, stage = TrialForm(request.POST), place.found_stage()
    if not form.is_valid():
        return _refused(request, place, " ".join(form.sentences()))
    given = form.cleaned_data
    if place.is_live and not given["confirmed"]:
        return _refused(request, place, "A test on LIVE reaches a real player: tick that you mean it.")
    player = find_player(stage, given["player"])
    if player is None:
        return _refused(request, place, f"No player of {stage.name} has this id or user name.")
    fields = given["sample"]
    if given["past"] and (copy := past_copy(stage.pk, key, given["past"])):
        fields = fields_of_copy(copy)
    try:
        message_id = send_trial(stage, Trial(key, player, fields, given["variant"]), user_of(request))
    except NotSendable as refused:
        return _refused(request, place, str(refused))
    return _followed(request, place, message_id)


def follow(request: HttpRequest, place: Place, message_id: str) -> HttpResponse:
    """The trace of a test message as it stands; it asks again by itself until it is final."""
    return _followed(request, place, message_id)


def _followed(request: HttpRequest, place: Place, message_id: str) -> HttpResponse:
    copies = PlayerMessage.objects.select_related("message__version", "player").filter(
        message__stage=place.found_stage()
    )
    copy = copies.filter(message_id=message_id).first()
    found = None if copy is None else trace_of(copy, place.may(SEE_PAYLOADS))
    context: dict[str, Any] = {
        "title": "Test message",
        "copy": found,
        "final": found is not None and found.final,
        "watched": now_ms() - id_ms(message_id) < WATCHED_MS,
        "delay": SOON if found is None or found.row.reason.partition(":")[0] in UNDER_WAY else LATER,
        "again": place.url("message-follow", place.stage, message_id=message_id),
        "trace_url": f"{place.url('trace', place.stage)}?id={message_id}",
    }
    return show(request, "portal/message/followed.html", context, place)


def _refused(request: HttpRequest, place: Place, sentence: str) -> HttpResponse:
    return show(
        request, "portal/message/refused.html", {"title": "Not sent", "sentence": sentence}, place, 422
    )
