"""What the shapes of `events` and `runningTotals` cannot say: which values and attributes go together.

Nothing here is known to be well-formed: what has the wrong shape is passed over, since its fault is reported
already.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from competition.events.expressions import ExpressionError, evaluate
from competition.events.filters import OPERATORS
from competition.events.numbers import read_number
from competition.events.types import Attribute
from competition.events.values import default_value
from games import references
from games.kept_shapes import MOST_ATTRIBUTES, MOST_COLLECTORS, MOST_GROUPS
from games.references import Document
from games.sections import Faults
from protocol.dates import now_ms

KINDS = ("number", "string", "json")
OF_THE_REQUEST = ("eventKey", "challengeInstanceId")  # fields beside which attributes arrive (§1.2)


def events(data: Any, faults: Faults, document: Document) -> None:
    for index, event in _items(data):
        here = faults.at(index).at("attributes")
        if len(_list(event.get("attributes"))) <= MOST_ATTRIBUTES:  # that there are more is a fault already
            for place, attribute in _items(event.get("attributes")):
                _attribute(attribute, here.at(place))


def running_totals(data: Any, faults: Faults, document: Document) -> None:
    references.running_totals(data, faults, document)
    events = {event.get("shortCode"): _attributes(event) for _, event in _items(document.get("events"))}
    for index, total in _items(data):
        here, event = faults.at(index), total.get("event")
        if isinstance(event, str) and event in events:
            _total(total, events[event], here)


def _attribute(item: Mapping[str, Any], faults: Faults) -> None:
    code, kind, default = item.get("shortCode"), item.get("type"), item.get("default")
    if code in OF_THE_REQUEST:
        faults.at("shortCode").add(f'"{code}" is a field of the request')
    if kind not in KINDS:
        return
    if default is not None:
        try:
            default_value(Attribute(str(code), kind, default), now_ms())
        except ValueError as error:
            reason = f": {error}" if isinstance(error, ExpressionError) else ""
            faults.at("default").add(f"no {kind}{reason}")
    _calculable(item.get("aggregation"), kind, faults.at("aggregation"))


def _total(total: Mapping[str, Any], attributes: Mapping[str, Mapping[str, Any]], faults: Faults) -> None:
    groups, collectors = _list(total.get("groupBy")), list(_items(total.get("collectors")))
    for place, code in enumerate(groups[:MOST_GROUPS]):
        here = faults.at("groupBy").at(place)
        _counted(code, attributes, here)
        if code in groups[:place]:
            here.add(f'"{code}" is there twice')
    for place, collector in collectors[:MOST_COLLECTORS]:
        here, code = faults.at("collectors").at(place), collector.get("attribute")
        _counted(code, attributes, here.at("attribute"))
        if collector in [other for index, other in collectors[:place] if index < place]:
            here.add("is there twice")
        if isinstance(code, str) and code in attributes:
            kind = attributes[code].get("type")
            _calculable(collector.get("calculation"), kind, here.at("calculation"))
            _filter(collector.get("filter"), kind, here.at("filter").at("value"))


def _counted(code: Any, attributes: Mapping[str, Mapping[str, Any]], faults: Faults) -> None:
    """What is used in scripts alone is not available to totals (§1.5)."""
    if isinstance(code, str) and code in attributes and attributes[code].get("aggregation") == "script":
        faults.add(f'"{code}" is for scripts alone')


def _calculable(calculation: Any, kind: Any, faults: Faults) -> None:
    if calculation == "sum" and kind in ("string", "json"):
        faults.add("only numbers have a sum")
    if calculation in ("max", "min") and kind == "json":
        faults.add("JSON has no order")


def _filter(item: Any, kind: Any, faults: Faults) -> None:
    if not isinstance(item, dict) or item.get("op") not in OPERATORS or item["op"] == "any":
        return
    value = item.get("value")
    if value is None:
        faults.add("required")
        return
    try:
        value = evaluate(value, now_ms()) if isinstance(value, str) else value
        if kind == "number" or item["op"] == "mod":
            read_number(value)
    except ValueError as error:
        faults.add(str(error))


def _attributes(event: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {str(item.get("shortCode")): item for _, item in _items(event.get("attributes"))}


def _items(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    yield from ((index, item) for index, item in enumerate(_list(value)) if isinstance(item, dict))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
