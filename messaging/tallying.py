"""What is counted of messages: what was stored, and what became of it. Of tests nothing."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from messaging.message_types import type_code
from messaging.rows import COPY_COLUMNS, MESSAGE_COLUMNS, STILL_WAITING
from realtime.sql import IN_LIST, SQLITE, encode_list, look_up
from realtime.tally import EXPIRED, HELD_BACK, LEFT, OUTCOME, SOCKET, STORED, count

if TYPE_CHECKING:
    from messaging.outcomes import Outcome
    from messaging.writer import Unit

_STAGE, _CLASS, _EXT_CODE, _TEST = map(
    list(MESSAGE_COLUMNS).index, ("stage_id", "message_class", "ext_code", "test")
)
_REASON = list(COPY_COLUMNS).index("reason")
_OF_A_TYPE = "SELECT m.stage_id, m.message_class, m.ext_code, COUNT(*)"
_NO_TESTS = "m.test IS NOT TRUE GROUP BY m.stage_id, m.message_class, m.ext_code"
_CONFIRM = f"""
UPDATE messaging_playermessage SET state = 'delivered', reason = 'confirmed_socket', due_ms = NULL
WHERE id {IN_LIST} AND {STILL_WAITING}
"""
_COUNT_WAITING = f"""
{_OF_A_TYPE} FROM (SELECT message_id FROM messaging_playermessage WHERE id {IN_LIST} AND {STILL_WAITING}) p
{look_up("messaging_message", "m", "m.id = p.message_id")} WHERE {_NO_TESTS}
"""
_CONFIRM_AND_COUNT = f"""
WITH p AS ({_CONFIRM} RETURNING message_id)
{_OF_A_TYPE} FROM p {look_up("messaging_message", "m", "m.id = p.message_id")} WHERE {_NO_TESTS}
"""


def confirm(message_ids: Sequence[str]) -> None:
    """Clients have these; counted are those that were waiting until now."""
    ids = [encode_list(message_ids)]
    if SQLITE:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_COUNT_WAITING, ids)
            found = cursor.fetchall()
            cursor.execute(_CONFIRM, ids)
    else:
        with connection.cursor() as cursor:
            cursor.execute(_CONFIRM_AND_COUNT, ids)
            found = cursor.fetchall()
    for stage_id, message_class, ext_code, number in found:
        count(stage_id, OUTCOME, type_code(message_class, ext_code), SOCKET, number)


def stored(units: Iterable["Unit"]) -> None:
    """In the transaction that stores them."""
    copies = [(unit.message, unit.copies) for unit in units if unit.copies and not unit.message[_TEST]]
    if copies:
        transaction.on_commit(partial(_count_units, copies), robust=True)


def stored_of(stage_id: int, key: str, copies: Sequence[tuple[Any, ...]]) -> None:
    """The same for a large audience's chunk; `key` is the message type's."""
    transaction.on_commit(partial(_count_stored, stage_id, key, copies), robust=True)


def decided(outcomes: Iterable["Outcome"]) -> None:
    """In the transaction that notes them. A copy that is decided again was counted, unless it is over now."""
    found: Counter[tuple[int, str, str]] = Counter()
    for outcome in outcomes:
        code = outcome_of(outcome.reason)
        if outcome.counted and code and (outcome.fresh or code == EXPIRED):
            found[outcome.stage_id, outcome.key, code] += 1
    if found:
        transaction.on_commit(partial(_count_outcomes, found), robust=True)


def outcome_of(reason: str) -> str:
    """What a decision's reason counts as; "" for one that something else will be heard of."""
    if reason in ("", "delivered_socket"):
        return ""
    if reason == "expired":
        return EXPIRED
    return HELD_BACK if reason.startswith(("suppressed_", "cancelled_")) else LEFT


def _count_units(stored: Iterable[tuple[tuple[Any, ...], Sequence[tuple[Any, ...]]]]) -> None:
    kinds: dict[tuple[int, str, str], list[tuple[Any, ...]]] = {}
    for message, copies in stored:
        kinds.setdefault((message[_STAGE], message[_CLASS], message[_EXT_CODE]), []).extend(copies)
    for (stage_id, message_class, ext_code), copies in kinds.items():
        _count_stored(stage_id, type_code(message_class, ext_code), copies)


def _count_stored(stage_id: int, key: str, copies: Sequence[tuple[Any, ...]]) -> None:
    count(stage_id, STORED, key, by=len(copies))
    for code, number in Counter(outcome_of(copy[_REASON]) for copy in copies).items():
        if code:
            count(stage_id, OUTCOME, key, code, number)


def _count_outcomes(found: Counter[tuple[int, str, str]]) -> None:
    for (stage_id, key, code), number in found.items():
        count(stage_id, OUTCOME, key, code, number)
