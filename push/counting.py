"""How many pushes of each kind were sent, failed and were opened, by the day that they left."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection

from push.codes import COALESCED, SANDBOX, SENT
from push.endings import Ending
from push.models.receipts import NO_VARIANT
from realtime.sql import given, given_values


class Kind(NamedTuple):
    """What is counted together; `variant` None is no segment variant, `day` "2016-11-30" in UTC."""

    stage_id: int
    day: str
    message_class: str
    variant: int | None
    provider: str


UNCOUNTED = (SANDBOX, COALESCED)

_KEY = {
    "stage_id": "integer",
    "day": "text",
    "message_class": "text",
    "variant": "integer",
    "provider": "text",
}
_COUNTS = ("sent", "failed", "opened")
_COLUMNS = _KEY | dict.fromkeys(_COUNTS, "integer")
_ADD = f"""
INSERT INTO push_pushcount ({", ".join(_COLUMNS)})
SELECT {", ".join(_COLUMNS)} FROM {given("counted", **_COLUMNS)} WHERE TRUE ORDER BY place
ON CONFLICT ({", ".join(_KEY)}) DO UPDATE SET
{", ".join(f"{name} = push_pushcount.{name} + excluded.{name}" for name in _COUNTS)}
"""


def day_of(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat()


def count_endings(endings: Iterable[Ending]) -> None:
    """At the end of the attempts' transaction, which holds the counts. Messages in one push are sent once."""
    counted: dict[Kind, list[int]] = {}
    for ending in endings:
        if ending.due_ms is not None or ending.code in UNCOUNTED or ending.row.test:
            continue
        row = ending.row
        kind = Kind(row.stage_id, day_of(ending.at_ms), row.message_class, row.variant, row.provider)
        counted.setdefault(kind, [0, 0])[0 if ending.code == SENT else 1] += 1
    _add([(kind, [*counts, 0]) for kind, counts in counted.items()])


def count_opened(kind: Kind) -> None:
    _add([(kind, [0, 0, 1])])


def _add(counted: Sequence[tuple[Kind, Sequence[int]]]) -> None:
    """In one order of kinds, so that two workers do not wait for each other in a circle."""
    rows = sorted((*_key(kind), *counts) for kind, counts in counted)
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, given_values(rows))


def _key(kind: Kind) -> Kind:
    return kind._replace(variant=NO_VARIANT if kind.variant is None else kind.variant)
