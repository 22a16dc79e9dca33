"""What the editor page's preview begins with: addresses for its scripts, the catalogue, what may be sent."""

import json
from typing import Any

from messaging.completions import completions
from messaging.field_catalogue import sample_fields
from portal.web.message_editing import Subject
from portal.web.message_variants import name_of
from portal.web.places import Place
from portal.web.rights import SEE_PAYLOADS, SEND_ONE

STAGES = ("preview", "live")


def preview_context(place: Place, of: Subject) -> dict[str, Any]:
    """For the templates portal/message/preview.html and below it."""
    may_send = [stage for stage in STAGES if place.may_on(SEND_ONE, stage)]
    return {
        "message_page": {
            "urls": _urls(place, of.key),
            "completions": completions(of.message_class),
        },
        "may_send": may_send,
        "may_replay": place.may(SEE_PAYLOADS),
        "sample": json.dumps(dict(sample_fields(of.message_class)), indent=2, ensure_ascii=False),
        "trial_url": place.url("message-trial", "preview", key=of.key),
        "variant_labels": [name_of(each) for each in of.settings["variants"]],
    }


def _urls(place: Place, key: str) -> dict[str, Any]:
    """By stage where an address has one."""

    def staged(page: str, **address: str) -> dict[str, str]:
        return {stage: place.url(page, stage, **address) for stage in STAGES}

    return {
        "check": place.url("message-check", key=key),
        "preview": place.url("message-preview", key=key),
        "past": staged("message-past", key=key),
        "replay": staged("message-replay", key=key),
        "trial": staged("message-trial", key=key),
        "players": staged("player-search"),
        "estimate": staged("query-estimate"),
    }
