"""Sends one player a message: a test of any type, with data that begin as samples."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from games.admin_access import user_of
from messaging.field_catalogue import sample_fields
from messaging.message_types import EXTENSION_PREFIX
from messaging.overview import groups_of
from messaging.trial_sends import Trial, send_trial
from portal.web.places import Place
from portal.web.player_pages import show_player, subject
from portal.web.scenes import LONGEST_DATA

FIRST = f"{EXTENSION_PREFIX}FLINT_FRIEND_INVITE"


class SendForm(forms.Form):
    type_code = forms.ChoiceField(label="Message")
    fields_given = forms.CharField(
        label="Data",
        max_length=LONGEST_DATA,
        help_text="JSON: the message’s own fields, as scripts and requests would give them.",
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )
    confirmed = forms.BooleanField(
        label="Send it to this player on LIVE",
        error_messages={"required": "A message on LIVE reaches a real player: tick that you mean it."},
    )

    def __init__(self, place: Place, sent: Any, chosen: str) -> None:
        super().__init__(sent, initial={"type_code": chosen, "fields_given": _sample(chosen)})
        types: Any = self.fields["type_code"]
        types.choices = [
            (group, [(row.key, row.short) for row in rows]) for group, rows in groups_of(place.game) if rows
        ]
        if not place.is_live:
            del self.fields["confirmed"]

    def clean_fields_given(self) -> dict[str, Any]:
        try:
            value = json.loads(self.cleaned_data["fields_given"])
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(f"The data are not JSON: {error}") from error
        if not isinstance(value, dict):
            raise forms.ValidationError("The data are to be an object.")
        return value


def player_send(request: HttpRequest, place: Place, player_id: str) -> HttpResponse:
    """Answers with the new message's trace; with `sample`, with the form for another message."""
    found = subject(place, player_id)
    sending = request.method == "POST" and "sample" not in request.POST
    chosen = request.POST.get("type_code") or request.GET.get("type_code") or FIRST
    form = SendForm(place, request.POST if sending else None, chosen)
    if sending and form.is_valid():
        given = form.cleaned_data
        trial = Trial(given["type_code"], found, given["fields_given"])
        message_id = send_trial(found.stage, trial, user_of(request))
        messages.success(request, "The message was sent.")
        return HttpResponseRedirect(f"{place.url('trace', place.stage)}?id={message_id}")
    context = {"form": form}
    return show_player(
        request, place, found, "player-send", "portal/player/send.html", context, 422 if sending else 200
    )


def _sample(type_code: str) -> str:
    """The class's own fields with sample values; an empty object for a class that there is not."""
    try:
        fields = dict(sample_fields(type_code.partition("_")[0]))
    except KeyError:
        fields = {}
    fields.pop("extCode", None)  # the message's own
    return json.dumps(fields, indent=2, ensure_ascii=False)
