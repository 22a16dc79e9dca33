"""Whether the kept sections name things that exist in the same document.

Nothing here is known to be well-formed: what has the wrong shape is passed over, since its fault is
reported already.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from games.sections import Faults

Document = Mapping[str, Any]
References = Callable[[Any, Faults, Document], None]


def items_of(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a list, each with its place; nothing of what is no list."""
    if isinstance(value, list):
        yield from ((index, item) for index, item in enumerate(value) if isinstance(item, dict))


def by_code(document: Document, section: str) -> dict[str, dict[str, Any]]:
    """The items of a section by their short codes."""
    items = (item for _, item in items_of(document.get(section)))
    return {item["shortCode"]: item for item in items if isinstance(item.get("shortCode"), str)}


def _attributes(event: Mapping[str, Any]) -> dict[str, str]:
    """Attribute short codes with their aggregation."""
    items = (item for _, item in items_of(event.get("attributes")))
    return {str(item.get("shortCode")): str(item.get("aggregation")) for item in items}


def _known(code: Any, codes: Iterable[str], faults: Faults, noun: str) -> None:
    if isinstance(code, str) and code not in codes:
        faults.add(f'unknown {noun} "{code}"')


def _each_known(codes: Any, known: Iterable[str], faults: Faults, noun: str) -> None:
    for index, code in enumerate(codes if isinstance(codes, list) else []):
        _known(code, known, faults.at(index), noun)


def running_totals(data: Any, faults: Faults, document: Document) -> None:
    events, teams = by_code(document, "events"), by_code(document, "teams")
    for index, total in items_of(data):
        here, event = faults.at(index), total.get("event")
        _known(event, events, here.at("event"), "event")
        _known(total.get("teamType"), teams, here.at("teamType"), "team type")
        _known_nowhere(total.get("shortCode"), events, here.at("shortCode"))
        if isinstance(event, str) and event in events:
            attributes = _attributes(events[event])
            for place, code in enumerate(list_of(total.get("groupBy"))):
                _attribute(event, code, attributes, here.at("groupBy").at(place))
            for place, collector in items_of(total.get("collectors")):
                step = here.at("collectors").at(place).at("attribute")
                _attribute(event, collector.get("attribute"), attributes, step)


def leaderboards(data: Any, faults: Faults, document: Document) -> None:
    teams, totals = by_code(document, "teams"), _collected(document)
    for index, board in items_of(data):
        here = faults.at(index)
        _known(board.get("teamType"), teams, here.at("teamType"), "team type")
        _property_set(board, here, document)
        for place, field in items_of(board.get("fields")):
            step, total = here.at("fields").at(place), field.get("runningTotal")
            _known(total, totals, step.at("runningTotal"), "running total")
            if isinstance(total, str) and total in totals:
                _attribute(total, field.get("collector"), totals[total], step.at("collector"))


def achievements(data: Any, faults: Faults, document: Document) -> None:
    boards, goods = by_code(document, "leaderboards"), by_code(document, "virtualGoods")
    for index, item in items_of(data):
        _known(item.get("leaderboard"), boards, faults.at(index).at("leaderboard"), "leaderboard")
        _known(item.get("virtualGood"), goods, faults.at(index).at("virtualGood"), "virtual good")
        _property_set(item, faults.at(index), document)
        if item.get("leaderboard") and item.get("triggers") == []:
            faults.at(index).at("triggers").add("a leaderboard's achievement needs a trigger")


def virtual_goods(data: Any, faults: Faults, document: Document) -> None:
    for index, item in items_of(data):
        _property_set(item, faults.at(index), document)


def challenges(data: Any, faults: Faults, document: Document) -> None:
    events, boards = by_code(document, "events"), by_code(document, "leaderboards")
    achieved = by_code(document, "achievements")
    for index, item in items_of(data):
        here = faults.at(index)
        _each_known(item.get("turnConsumers"), events, here.at("turnConsumers"), "event")
        _known(item.get("leaderboard"), boards, here.at("leaderboard"), "leaderboard")
        _known(item.get("achievement"), achieved, here.at("achievement"), "achievement")


def matches(data: Any, faults: Faults, document: Document) -> None:
    for index, item in items_of(data):
        least, most = item.get("minPlayers"), item.get("maxPlayers")
        if isinstance(least, int) and isinstance(most, int) and most < least:
            faults.at(index).at("maxPlayers").add("less than minPlayers")
        accepting = 0
        for place, threshold in items_of(item.get("thresholds")):
            accepting += threshold.get("acceptMinPlayers") is True
            if accepting > 1 and threshold.get("acceptMinPlayers") is True:
                here = faults.at(index).at("thresholds").at(place).at("acceptMinPlayers")
                here.add("only one threshold may accept the minimum of players")
            low, high = threshold.get("min"), threshold.get("max")
            absolute = threshold.get("type") == "absolute"
            if absolute and isinstance(low, int | float) and isinstance(high, int | float) and high < low:
                faults.at(index).at("thresholds").at(place).at("max").add("less than min")


SCRIPTS_OF_EVENTS = ("event", "event-challenge")


def scripts(data: Any, faults: Faults, document: Document) -> None:
    """An event's script stands in the way of its end (competition-rules.md §1.1)."""
    events = by_code(document, "events")
    for key in data if isinstance(data, dict) else ():
        folder, _, name = key.partition("/")
        if folder in SCRIPTS_OF_EVENTS:
            _known(name, events, faults.key(key), "event")


def property_sets(data: Any, faults: Faults, document: Document) -> None:
    known = by_code(document, "properties")
    for index, item in items_of(data):
        _each_known(item.get("properties"), known, faults.at(index).at("properties"), "property")


def _property_set(item: Mapping[str, Any], faults: Faults, document: Document) -> None:
    """Of what shows one to clients."""
    known = by_code(document, "propertySets")
    _known(item.get("propertySet"), known, faults.at("propertySet"), "property set")


def list_of(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _attribute(owner: str, code: Any, attributes: Iterable[str], faults: Faults) -> None:
    if isinstance(code, str) and code not in attributes:
        faults.add(f'unknown event attribute "{owner}.{code}"')


def _known_nowhere(code: Any, events: Iterable[str], faults: Faults) -> None:
    if isinstance(code, str) and code in events:
        faults.add(f'"{code}" is the running total of the event of that name')


def _collected(document: Document) -> dict[str, set[str]]:
    """Each running total with what a leaderboard field may read of it; an event's own total is implicit."""
    collected = {
        code: {name for name, aggregation in _attributes(event).items() if aggregation != "script"}
        for code, event in by_code(document, "events").items()
    }
    for code, total in by_code(document, "runningTotals").items():
        names = {str(item.get("attribute")) for _, item in items_of(total.get("collectors"))}
        collected[code] = names | {str(name) for name in list_of(total.get("groupBy"))}
    return collected
