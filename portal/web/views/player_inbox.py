"""A player's inbox: what waits, what arrived, and why; dismissed in the player's place, or sent again."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from games.admin_access import user_of
from messaging.inbox import dismiss_for
from messaging.models import PlayerMessage
from messaging.reasons import explain
from players.models import Player
from portal.web.paging import before, pager
from portal.web.places import Place
from portal.web.player_pages import show_player, subject
from portal.web.reason_looks import Look, look_of
from portal.web.rights import SEE_PAYLOADS
from portal.web.wording import moment, seen

PAGE = 50
LONGEST_TEXT = 120


class FilterForm(forms.Form):
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "All"), ("waiting", "Waiting"), ("delivered", "Delivered"), ("closed", "Over")],
    )
    type_code = forms.CharField(label="Message class", required=False, max_length=130)


@dataclass(frozen=True, slots=True)
class Row:
    """`text` is None where the user may not read what players are sent."""

    copy: PlayerMessage
    at: datetime
    expires: datetime
    expired: bool
    look: Look
    sentence: str
    text: str | None
    trace_url: str
    resend_url: str


def player_inbox(request: HttpRequest, place: Place, player_id: str) -> HttpResponse:
    found = subject(place, player_id)
    if request.method == "POST":
        there = dismiss_for(found, request.POST.get("dismiss", "")[:24], user_of(request))
        said = "The message was dismissed." if there else "That message is in this inbox no more."
        messages.success(request, said)
        return HttpResponseRedirect(request.get_full_path())
    form = FilterForm(request.GET)
    form.is_valid()
    rows = list(_wanted(found, form.cleaned_data, before(request))[: PAGE + 1])
    older = rows[PAGE - 1].pk if len(rows) > PAGE else ""
    context = {
        "rows": [_row(place, row) for row in rows[:PAGE]],
        "form": form,
        "asked": any(request.GET.get(name) for name in form.fields),
        "pager": pager(request, older),
    }
    return show_player(request, place, found, "player-inbox", "portal/player/inbox.html", context)


def _wanted(player: Player, given: dict[str, Any], behind: str) -> "QuerySet[PlayerMessage]":
    """What is not dismissed, the newest first."""
    rows = PlayerMessage.objects.filter(player=player, dismissed=False).select_related("message")
    if given.get("state"):
        rows = rows.filter(state=given["state"])
    if given.get("type_code"):
        message_class, _, ext_code = given["type_code"].strip().partition("_")
        rows = rows.filter(message__message_class=message_class, message__ext_code=ext_code)
    last = PlayerMessage.objects.filter(player=player, pk=behind).values_list("created_ms", flat=True).first()
    if last is not None:
        rows = rows.filter(Q(created_ms__lt=last) | Q(created_ms=last, pk__lt=behind))
    return rows.order_by("-created_ms", "-pk")


def _row(place: Place, copy: PlayerMessage) -> Row:
    text = str(json.loads(copy.document).get("summary", "")) if place.may(SEE_PAYLOADS) else None
    expires = moment(copy.expires_ms)
    return Row(
        copy=copy,
        at=moment(copy.created_ms),
        expires=expires,
        expired=expires < datetime.now(expires.tzinfo),
        look=look_of(copy.reason),
        sentence=explain(copy.reason).sentence,
        text=None if text is None else seen(text)[:LONGEST_TEXT],
        trace_url=f"{place.url('trace', place.stage)}?id={copy.pk}",
        resend_url=place.url("resend", place.stage, copy_id=copy.pk),
    )
