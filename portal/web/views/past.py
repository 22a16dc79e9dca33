"""The last messages of a class, to preview a draft with."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from messaging.models import PlayerMessage
from messaging.past_messages import newest_copies
from messaging.stress import masked
from portal.web.places import Place
from portal.web.rights import SEE_PAYLOADS
from portal.web.wording import minute, seen

LONGEST_TEXT = 80


def past(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    """`{"messages": [{id, at, player, variant, text}]}`, the newest first."""
    unmasked = place.may(SEE_PAYLOADS)
    copies = newest_copies(place.found_stage().pk, key)
    return JsonResponse({"messages": [_row(copy, unmasked) for copy in copies]})


def _row(copy: PlayerMessage, unmasked: bool) -> dict[str, Any]:
    name = copy.player.display_name or copy.player.user_name or copy.player_id
    text = str(json.loads(copy.document).get("summary", ""))
    return {
        "id": copy.pk,
        "at": minute(copy.created_ms),
        "player": _shown(name, unmasked),
        "variant": copy.variant,
        "text": _shown(text, unmasked),
    }


def _shown(text: str, unmasked: bool) -> str:
    return seen(text if unmasked else masked(text))[:LONGEST_TEXT]
