"""Whether a filter of the configuration can be asked about a value (§2.5)."""

from typing import Any

from competition.events.expressions import evaluate
from competition.events.filters import OPERATORS
from competition.events.numbers import read_number
from games.sections import Faults
from protocol.dates import now_ms


def check_filter(item: Any, kind: Any, faults: Faults) -> None:
    """`kind` is the type of what is filtered. What has the wrong shape is passed over."""
    if not isinstance(item, dict) or item.get("op") not in OPERATORS or item["op"] == "any":
        return
    value, faults = item.get("value"), faults.at("value")
    if value is None:
        faults.add("required")
        return
    try:
        value = evaluate(value, now_ms()) if isinstance(value, str) else value
        if kind == "number" or item["op"] == "mod":
            read_number(value)
    except ValueError as error:
        faults.add(str(error))
