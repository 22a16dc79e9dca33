"""What a game document may say of events and running totals."""

import time
from typing import Any

import pytest

from competition.events.filters import Filter
from competition.events.total_types import Collector, TotalType, TotalTypes
from competition.events.types import Attribute, EventType
from games.sections import CompileContext, Faults, Section, all_sections
from tests.competition.events.configured import event, total


def section(name: str) -> Section:
    return next(each for each in all_sections() if each.name == name)


def found(name: str, data: Any, **document: Any) -> list[str]:
    faults = Faults()
    section(name).validate(data, faults, {**document, name: data})
    return faults.found


def attribute(**more: Any) -> dict[str, Any]:
    return {"shortCode": "S", "type": "number", "aggregation": "last", **more}


def events_with(*attributes: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"shortCode": "SCORE", "attributes": list(attributes)}]


@pytest.mark.parametrize(
    "given",
    [
        attribute(default=5),
        attribute(default="5"),
        attribute(default="${now}"),
        attribute(type="string", default="${now}", aggregation="max"),
        attribute(type="string", default='${format(now, "yyyy-MM-dd")}', aggregation="grouped"),
        attribute(type="json", default={"a": "${"}, aggregation="count"),
        attribute(aggregation="sum"),
    ],
)
def test_a_sound_attribute_is_accepted(given: dict[str, Any]) -> None:
    assert found("events", events_with(given)) == []


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (attribute(default="x"), "default: no number"),
        (attribute(default=True), "default: no number"),
        (attribute(type="string", default={}), "default: no string"),
        (attribute(default="${nov}"), 'default: no number: unknown name "nov", near character 3'),
        (attribute(shortCode="eventKey"), 'shortCode: "eventKey" is a field of the request'),
        (attribute(type="string", aggregation="sum"), "aggregation: only numbers have a sum"),
        (attribute(type="json", aggregation="max"), "aggregation: JSON has no order"),
        (attribute(type="text"), "type: expected one of number, string, json"),
    ],
)
def test_a_faulty_attribute_is_named_by_its_path(given: dict[str, Any], fault: str) -> None:
    other = attribute(shortCode="OTHER")
    assert found("events", events_with(other, given)) == [f"events[0].attributes[1].{fault}"]


EVENT = event(
    ("S", "number", "max"), ("NAME", "string", "grouped"), ("J", "json", "last"), ("X", "number", "script")
)


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        (total("RT", ("S", "sum", "gt", 10), ("S", "sum"), ("NAME", "max"), groupBy=["NAME"]), []),
        (total("RT", ("S", "max", "any", 30), ("S", "min", "gte", "${now - 1}")), []),
        (total("RT", ("S", "max"), teamType="CLAN"), []),
        ({**total("RT"), "event": "NONE"}, ['event: unknown event "NONE"']),
        ({**total("RT"), "event": "OTHER"}, ['event: unknown event "OTHER"']),
        ({**total("RT"), "event": "RT"}, ['event: unknown event "RT"']),
        (total("SCORE"), ['shortCode: "SCORE" is the running total of the event of that name']),
        (total("RT", teamType="NONE"), ['teamType: unknown team type "NONE"']),
        (total("RT", groupBy=["NONE"]), ['groupBy[0]: unknown event attribute "SCORE.NONE"']),
        (total("RT", groupBy=["S", "S"]), ['groupBy[1]: "S" is there twice']),
        (total("RT", groupBy=["X"]), ['groupBy[0]: "X" is for scripts alone']),
        (
            total("RT", ("NONE", "sum"), ("X", "sum")),
            [
                'collectors[0].attribute: unknown event attribute "SCORE.NONE"',
                'collectors[1].attribute: "X" is for scripts alone',
            ],
        ),
        (total("RT", ("S", "sum"), ("S", "sum")), ["collectors[1]: is there twice"]),
        (total("RT", ("NAME", "sum")), ["collectors[0].calculation: only numbers have a sum"]),
        (total("RT", ("J", "min")), ["collectors[0].calculation: JSON has no order"]),
        (total("RT", ("S", "sum", "gt")), ["collectors[0].filter.value: required"]),
        (total("RT", ("S", "sum", "gt", "x")), ["collectors[0].filter.value: not a number"]),
        (total("RT", ("NAME", "last", "mod", "x")), ["collectors[0].filter.value: not a number"]),
        (
            total("RT", ("S", "sum", "gt", "${1 / 0}")),
            ["collectors[0].filter.value: divided by zero, or too large, near character 8"],
        ),
    ],
)
def test_a_faulty_total_is_named_by_its_path(given: dict[str, Any], faults: list[str]) -> None:
    other = {**total("OTHER"), "event": "SCORE"}
    document = {"events": [EVENT], "teams": [{"shortCode": "CLAN"}]}
    assert found("runningTotals", [other, given], **document) == [
        f"runningTotals[1].{each}" for each in faults
    ]


def test_totals_that_name_each_other_are_refused() -> None:
    totals = [{**total("A"), "event": "B"}, {**total("B"), "event": "A"}]
    assert found("runningTotals", totals, events=[EVENT]) == [
        'runningTotals[0].event: unknown event "B"',
        'runningTotals[1].event: unknown event "A"',
    ]


@pytest.mark.parametrize("data", [None, 5, "x", {}, [5], [{"attributes": 5}], [{"attributes": [5, {}]}]])
def test_what_has_no_shape_is_refused_and_harms_nothing(data: Any) -> None:
    assert found("events", data) != []
    assert found("runningTotals", data, events=data) != []


@pytest.mark.parametrize("count", [10_001, 200_000])
def test_too_many_attributes_are_refused_at_once(count: int) -> None:
    attributes: list[dict[str, Any]] = [
        {"shortCode": f"A{number}", "default": "${x}"} for number in range(count)
    ]
    began = time.thread_time()
    faults = found("events", events_with(*attributes))
    assert faults == ["events[0].attributes: expected 0 to 1000 items"]
    assert time.thread_time() - began < 2


def test_a_total_of_too_much_is_refused_at_once() -> None:
    many = total("RT", *[("S", "sum")] * 20_000, groupBy=["S"] * 20_000)
    began = time.thread_time()
    faults = found("runningTotals", [many], events=[EVENT])
    assert faults[:2] == [
        "runningTotals[0].groupBy: expected 0 to 20 items",
        "runningTotals[0].collectors: expected 0 to 100 items",
    ]
    assert time.thread_time() - began < 2


def test_many_faulty_events_are_refused_at_once() -> None:
    """Ten thousand attributes of which each is faulty, and totals on all of them."""
    events = [
        {**event(*((f"A{number}", "number", "sum") for number in range(1000))), "shortCode": f"E{place}"}
        for place in range(11)
    ]
    for each in events:
        for one in each["attributes"]:
            one["default"] = "${nov}"
    totals = [
        {**total(f"T{number}", *(("NONE", "sum", "gt", "x"),) * 100), "event": "E1"} for number in range(50)
    ]
    began = time.thread_time()
    first = found("events", events)[0]
    assert first == 'events[0].attributes[0].default: no number: unknown name "nov", near character 3'
    assert found("runningTotals", totals, events=events)[0].startswith("runningTotals[0].")
    assert time.thread_time() - began < 2


# --- compiled ----------------------------------------------------------------------------------------------


def compiled(totals: list[dict[str, Any]], *events: dict[str, Any]) -> TotalTypes:
    context = CompileContext(1, 2, "preview")
    types = section("events").compile(list(events), context)
    context = CompileContext(1, 2, "preview", sections={"events": types})
    result: TotalTypes = section("runningTotals").compile(totals, context)
    return result


def test_events_are_compiled_with_their_attributes_in_order() -> None:
    given = events_with(attribute(default=5), attribute(shortCode="A", type="json", aggregation="script"))
    assert section("events").compile(given, CompileContext(1, 2, "preview")) == {
        "SCORE": EventType(
            "SCORE", {"S": Attribute("S", "number", 5, "last"), "A": Attribute("A", "json", None, "script")}
        )
    }


def test_an_event_has_a_total_of_its_own_unless_it_is_for_scripts_alone() -> None:
    scripts = {**event(("A", "number", "script")), "shortCode": "SCRIPTS"}
    types = compiled([], EVENT, scripts, {"shortCode": "EMPTY"})
    collectors = (Collector("S", "S", "max"), Collector("J", "J", "last"))
    own = TotalType("SCORE", "SCORE", None, ("NAME",), collectors, implicit=True)
    assert types == TotalTypes({"SCORE": own}, {"SCORE": (own,)})


def test_a_custom_total_names_its_collectors_by_calculation_and_attribute() -> None:
    """And by their filters where two would have one name (§2.6)."""
    many = total("RT", ("S", "max"), ("S", "max", "gt", 10), ("S", "sum", "lt", 5), ("S", "count", "any", 3))
    types = compiled([many], EVENT)
    rt = types.by_code["RT"]
    assert rt.collectors == (
        Collector("MAX-S", "S", "max"),
        Collector("MAX-S-gt-10", "S", "max", Filter("gt", 10)),
        Collector("SUM-S", "S", "sum", Filter("lt", 5)),
        Collector("COUNT-S", "S", "count"),
    )
    assert [each.code for each in types.of_event["SCORE"]] == ["SCORE", "RT"]


def test_a_collector_is_found_by_attribute_and_calculation() -> None:
    rt = compiled([total("RT", ("S", "max", "gt", 1), ("S", "max"), ("S", "sum"))], EVENT).by_code["RT"]
    names = [rt.collector(*each) for each in (("S",), ("S", "max"), ("S", "sum"), ("S", "min"), ("N",))]
    assert [each and each.name for each in names] == ["MAX-S", "MAX-S", "SUM-S", None, None]
