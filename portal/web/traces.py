"""A copy's trace as its page shows it, whole or without what the message says."""

import json
from dataclasses import dataclass
from datetime import datetime

from games.config_store import configs
from messaging.made_from import settings_of
from messaging.models import PlayerMessage
from messaging.past_messages import recipients_of
from messaging.reasons import Reason
from messaging.trace import Event, Trace, attempts_of, reason_of, trace
from messaging.variants_tried import Tried, variants_tried
from portal.web.reason_looks import Look, look_of
from portal.web.wording import document, minute, moment, seen
from push.models import PushAttempt

MOST_OF_A_NAME = 80
UNDER_WAY = ("", "delivered_socket", "push_retrying")  # reasons after which another comes soon


@dataclass(frozen=True, slots=True)
class Step:
    """`offset` is milliseconds since the first one. Both are None for a fact without a time of its own."""

    at: datetime | None
    offset: int | None
    what: str


@dataclass(frozen=True, slots=True)
class CopyTrace:
    """`document` is "" where the user may not see what players write. `tried` are the segment variants of the
    message's settings, for the player as they are now."""

    row: PlayerMessage
    reason: Reason
    look: Look
    until: str
    steps: list[Step]
    attempts: list[PushAttempt]
    document: str
    tried: list[Tried]

    @property
    def final(self) -> bool:
        """Whether nothing more comes of it by itself: no push is under way, and no socket is owed it."""
        if self.row.reason.partition(":")[0] in UNDER_WAY or (self.row.pushed and not self.attempts):
            return False
        return self.row.state != PlayerMessage.State.WAITING

    @property
    def sentence(self) -> str:
        """Without whom it is about: the page shows a player's own words apart from ours."""
        return f"{self.reason.sentence} {self.until}".strip()

    def as_markdown(self) -> str:
        """For a ticket."""
        row = self.row
        name = seen(row.player.display_name)[:MOST_OF_A_NAME]
        told = [
            f"**{row.message.type_code} for `{name.replace('`', '´')}`: {self.sentence}**",
            "",
            f"- messageId `{row.pk}`, message `{row.message_id}`, player `{row.player_id}`",
            f"- reason `{row.reason or 'undecided'}`",
            f"- {self.reason.remedy}",
            "",
        ]
        for step in self.steps:
            when = f"{step.at:%Y-%m-%d %H:%M:%S} UTC, +{step.offset} ms: " if step.at else ""
            told.append(f"1. {when}{seen(step.what)}")
        return "\n".join(told)


def trace_of(row: PlayerMessage, payload: bool) -> CopyTrace:
    """`payload`: with what the message says."""
    attempts = attempts_of(row)
    reason = reason_of(row, attempts)
    waits = row.state == PlayerMessage.State.WAITING
    return CopyTrace(
        row=row,
        reason=reason,
        look=look_of(row.reason),
        until=f"It stays in the inbox until {minute(row.expires_ms)}." if waits else "",
        steps=steps_of(trace(row, payload)),
        attempts=attempts,
        document=document(json.loads(row.document)) if payload else "",
        tried=_tried(row),
    )


def _tried(row: PlayerMessage) -> list[Tried]:
    message, _ = settings_of(row.message)
    if not message.variants:
        return []
    config = configs.current(row.message.stage_id)
    found = recipients_of(config, message, [row.player_id])
    return variants_tried(message, found[row.player_id], config.sections["segmentQueries"])


def steps_of(found: Trace) -> list[Step]:
    times = [event.at_ms for event in found.events if event.at_ms is not None]
    start = times[0] if times else 0
    return [_step(event, start) for event in found.events]


def _step(event: Event, start: int) -> Step:
    if event.at_ms is None:
        return Step(None, None, event.what)
    return Step(moment(event.at_ms), event.at_ms - start, event.what)
