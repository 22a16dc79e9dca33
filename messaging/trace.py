"""Why a player did or did not get a message: one sentence and a timeline, from rows alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from messaging.decision_inputs import seen
from messaging.models import PlayerMessage
from messaging.reasons import Reason, explain
from messaging.trace_facts import audience_words, decision_words, origin_words, specified
from push import explaining
from push.codes import COALESCED, SANDBOX, SENT
from push.models import PushAttempt, PushReceipt

MOST_COPIES = 50


@dataclass(frozen=True, slots=True)
class Event:
    """`at_ms` is milliseconds since 1970, or None for a fact without a time of its own."""

    at_ms: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Trace:
    """One recipient's copy: the sentence, the remedy, and what happened in order."""

    message_id: str
    player: str
    sentence: str
    remedy: str
    events: list[Event]


def find(stage_id: int, some_id: str) -> list[Trace]:
    """By a Message's id (its first copies) or a PlayerMessage's. Empty when the stage has neither."""
    copies = PlayerMessage.objects.select_related("message__version", "player").filter(
        message__stage_id=stage_id
    )
    rows = list(copies.filter(id=some_id)) or list(
        copies.filter(message_id=some_id).order_by("id")[:MOST_COPIES]
    )
    return [trace(row) for row in rows]


def latest(stage_id: int, player_id: str, type_code: str) -> list[Trace]:
    """The player's latest message of a class (`FriendMessage`, `ScriptMessage_GIFT`)."""
    message_class, _, ext_code = type_code.partition("_")
    rows = PlayerMessage.objects.select_related("message__version", "player").filter(
        message__stage_id=stage_id,
        player_id=player_id,
        message__message_class=message_class,
        message__ext_code=ext_code,
    )
    return [trace(row) for row in rows.order_by("-created_ms", "-id")[:1]]


def trace(row: PlayerMessage, payload: bool = True) -> Trace:
    """Without `payload`, what the message says is left out."""
    attempts = attempts_of(row)
    reason = reason_of(row, attempts)
    return Trace(
        row.id,
        f"{row.player.display_name} ({row.player_id})",
        f"{row.message.type_code} for {row.player.display_name}: {reason.sentence}",
        reason.remedy,
        [*_creation(row, payload), *_decision(row), *map(_push, attempts), *_opening(row), *_end(row)],
    )


def attempts_of(row: PlayerMessage) -> list[PushAttempt]:
    return list(PushAttempt.objects.filter(player_message_id=row.id).order_by("at_ms", "id"))


def reason_of(row: PlayerMessage, attempts: Sequence[PushAttempt]) -> Reason:
    """In words; `attempts` are the copy's."""
    return specified(row, explain(row.reason, _provider(row.reason, attempts)))


def _creation(row: PlayerMessage, payload: bool) -> list[Event]:
    message = row.message
    test = ", a test message, which is not counted" if message.test else ""
    events = [
        Event(message.created_ms, f"created by {origin_words(message)}{test}"),
        Event(message.created_ms, f"audience: {audience_words(message)}"),
    ]
    version = f"version {message.version.number}" if message.version else "the default settings"
    chosen = "no segment variant" if row.variant is None else f"segment variant {row.variant + 1}"
    text = f": {_summary(row)!r}" if payload else ""
    events.append(Event(row.created_ms, f"rendered from {version}, {chosen}{text}"))
    events.extend(Event(row.created_ms, f"warning: {line}") for line in row.warnings.splitlines())
    return events


def _decision(row: PlayerMessage) -> list[Event]:
    saw, words = seen(row.decided), decision_words(row)
    return [Event(saw.at if saw else None, words)] if words else []


def _summary(row: PlayerMessage) -> str:
    return str(json.loads(row.document).get("summary", ""))


def _provider(reason: str, attempts: Sequence[PushAttempt]) -> str:
    """Whose the code is that the reason names: of the latest attempt that ended so."""
    code = reason.partition(":")[2]
    return next((each.provider for each in reversed(attempts) if code and each.code == code), "")


def _push(attempt: PushAttempt) -> Event:
    meant = explaining.explain(attempt.code, attempt.provider)
    remedy = "" if attempt.code in (SENT, SANDBOX, COALESCED) else f" {meant.remedy}"
    said = f"{attempt.code}. {attempt.detail or meant.sentence}{remedy}".rstrip(". ")
    return Event(attempt.at_ms, f"push to {attempt.device_os} by {attempt.provider}: {said}")


def _opening(row: PlayerMessage) -> list[Event]:
    receipts = PushReceipt.objects.filter(player_message_id=row.id)
    return [Event(each.opened_ms, f"the push by {each.provider} was opened") for each in receipts]


def _end(row: PlayerMessage) -> list[Event]:
    state = PlayerMessage.State(row.state).label
    facts = [name for name, is_so in (("seen", row.seen), ("dismissed", row.dismissed)) if is_so]
    return [Event(None, f"now {state}: {row.reason or 'undecided'}" + "".join(f", {fact}" for fact in facts))]
