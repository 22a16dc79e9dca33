"""What the shapes of `events` and `runningTotals` cannot say: which values and attributes go together.

Nothing here is known to be well-formed: what has the wrong shape is passed over, since its fault is reported
already.
"""

from collections.abc import Mapping
from typing import Any

from competition.events.expressions import ExpressionError
from competition.events.filter_checks import check_filter
from competition.events.types import Attribute
from competition.events.values import default_value
from games import references
from games.kept_shapes import MOST_ATTRIBUTES, MOST_COLLECTORS, MOST_GROUPS
from games.references import Document, items_of, list_of
from games.sections import Faults
from protocol.dates import now_ms

KINDS = ("number", "string", "json")
OF_THE_REQUEST = ("eventKey", "challengeInstanceId")  # fields beside which attributes arrive (§1.2)


def events(data: Any, faults: Faults, document: Document) -> None:
    for index, event in items_of(data):
        here = faults.at(index).at("attributes")
        if len(list_of(event.get("attributes"))) <= MOST_ATTRIBUTES:  # that there are more is a fault already
            for place, attribute in items_of(event.get("attributes")):
                _attribute(attribute, here.at(place))


def running_totals(data: Any, faults: Faults, document: Document) -> None:
    references.running_totals(data, faults, document)
    events = {event.get("shortCode"): _attributes(event) for _, event in items_of(document.get("events"))}
    for index, total in items_of(data):
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
    groups, collectors = list_of(total.get("groupBy")), list(items_of(total.get("collectors")))
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
            check_filter(collector.get("filter"), kind, here.at("filter"))


def _counted(code: Any, attributes: Mapping[str, Mapping[str, Any]], faults: Faults) -> None:
    """What is used in scripts alone is not available to totals (§1.5)."""
    if isinstance(code, str) and code in attributes and attributes[code].get("aggregation") == "script":
        faults.add(f'"{code}" is for scripts alone')


def _calculable(calculation: Any, kind: Any, faults: Faults) -> None:
    if calculation == "sum" and kind in ("string", "json"):
        faults.add("only numbers have a sum")
    if calculation in ("max", "min") and kind == "json":
        faults.add("JSON has no order")


def _attributes(event: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {str(item.get("shortCode")): item for _, item in items_of(event.get("attributes"))}
