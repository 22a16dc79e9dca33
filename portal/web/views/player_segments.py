"""A player's segment values, to be set; which queries match, and what each message would say."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from games.admin_access import user_of
from players.models import Player
from players.segments import known_segments, set_value
from portal.web.places import Place
from portal.web.player_pages import show_player, subject
from portal.web.player_queries import looked_at
from portal.web.rights import ACT_ON_PLAYERS
from protocol.errors import RequestError

PREFIX = "segment-"


class SegmentsForm(forms.Form):
    """A choice a segment of the stage. The value a player has is always one, though it be gone by now."""

    def __init__(self, player: Player, sent: Any, may_act: bool) -> None:
        super().__init__(sent)
        for code, values in sorted(known_segments(player.stage_id).items()):
            has = player.segments.get(code, "")
            choices = sorted(values | ({has} if has else set()))
            self.fields[f"{PREFIX}{code}"] = forms.ChoiceField(
                label=code,
                required=False,
                choices=[("", "–"), *((value, value) for value in choices)],
                initial=has,
                disabled=not may_act,
            )

    def wanted(self) -> dict[str, str | None]:
        """What the user chose otherwise, by segment."""
        return {name.removeprefix(PREFIX): self.cleaned_data[name] or None for name in self.changed_data}


def player_segments(request: HttpRequest, place: Place, player_id: str) -> HttpResponse:
    found = subject(place, player_id)
    form = SegmentsForm(found, request.POST or None, place.may(ACT_ON_PLAYERS))
    if request.method == "POST" and form.is_valid():
        messages.success(request, _save(request, found, form.wanted()))
        return HttpResponseRedirect(request.get_full_path())
    matched, chosen = looked_at(found)
    lost = {
        code: value for code, value in sorted(found.segments.items()) if f"{PREFIX}{code}" not in form.fields
    }
    context = {
        "form": form,
        "lost": lost,
        "matched": matched,
        "chosen": chosen,
    }
    status = 422 if request.method == "POST" else 200
    return show_player(
        request, place, found, "player-segments", "portal/player/segments.html", context, status
    )


def _save(request: HttpRequest, found: Player, wanted: dict[str, str | None]) -> str:
    """All or nothing. What was done, in words."""
    if not wanted:
        return "Nothing had changed."
    try:
        with transaction.atomic():
            for code, value in wanted.items():
                set_value(found.stage_id, found.pk, code, value, user_of(request))
    except RequestError:
        return "Not saved: the stage has that value no more. Choose again."
    words = (f"{code} to {value or 'nothing'}" for code, value in wanted.items())
    return f"Set: {', '.join(words)}."
