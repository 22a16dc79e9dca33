"""The section `leaderboards`: what it refuses, by path, and what it compiles to (§3.1)."""

from typing import Any

import pytest

from competition.events.filters import Filter
from competition.leaderboards.types import BoardField, BoardType
from games.sections import CompileContext, Faults, Section, all_sections

EVENTS = [
    {
        "shortCode": "E",
        "attributes": [
            {"shortCode": "N", "type": "number", "aggregation": "max"},
            {"shortCode": "T", "type": "string", "aggregation": "last"},
            {"shortCode": "J", "type": "json", "aggregation": "last"},
            {"shortCode": "SUP", "type": "number", "aggregation": "supplemental"},
            {"shortCode": "G", "type": "string", "aggregation": "grouped"},
        ],
    },
    {"shortCode": "PLAIN", "attributes": [{"shortCode": "N", "type": "number", "aggregation": "sum"}]},
]
TOTALS = [
    {
        "shortCode": "TT",
        "event": "E",
        "teamType": "SQUAD",
        "groupBy": ["G"],
        "collectors": [
            {"attribute": "N", "calculation": "sum"},
            {"attribute": "N", "calculation": "max"},
            {"attribute": "G", "calculation": "last"},
            {"attribute": "J", "calculation": "count"},
        ],
    }
]


def section(name: str) -> Section:
    return next(each for each in all_sections() if each.name == name)


def field(total: str, collector: str, **more: Any) -> dict[str, Any]:
    return {"runningTotal": total, "collector": collector, **more}


def faults_of(*fields: dict[str, Any], **board: Any) -> list[str]:
    data = [{"shortCode": "B", "fields": list(fields), **board}]
    teams = [{"shortCode": "SQUAD"}]
    document = {"events": EVENTS, "runningTotals": TOTALS, "teams": teams, "leaderboards": data}
    found = Faults()
    section("leaderboards").validate(data, found, document)
    return found.found


@pytest.mark.parametrize(
    ("wrong", "board", "fault"),
    [
        (field("TT", "N"), {}, "runningTotal: counts for teams of type SQUAD, as its leaderboard does not"),
        (
            field("E", "N"),
            {"teamType": "SQUAD"},
            "runningTotal: counts for players, as its leaderboard does not",
        ),
        (field("E", "G", group="max"), {}, "group: a grouped attribute is an id or a partition"),
        (field("E", "N", calculation="min"), {}, "calculation: the running total has no min of it"),
        (
            field("E", "N", group="partition"),
            {},
            "group: the running total is not grouped by it, so it is no partition",
        ),
        (field("E", "N", group="id"), {}, "group: the running total is not grouped by it, so it is no id"),
        (field("PLAIN", "N", group="max"), {}, "group: the running total is not grouped"),
        (field("E", "T", group="sum"), {}, "group: only numbers have a sum"),
        (field("E", "T", group="range"), {}, "group: only numbers have a range"),
        (field("E", "J", group="sum"), {}, "group: only numbers have a sum"),
        (field("E", "J", group="max"), {}, "group: JSON has no order"),
        (field("E", "J", group="min"), {}, "group: JSON has no order"),
        (field("E", "N", filter={"op": "gt"}), {}, "filter.value: required"),
        (field("E", "N", filter={"op": "gt", "value": "x"}), {}, "filter.value: not a number"),
        (
            field("E", "T", filter={"op": "eq", "value": "${now +}"}),
            {},
            "filter.value: unexpected }, near character 8",
        ),
        (field("E", "GONE"), {}, 'collector: unknown event attribute "E.GONE"'),
        (field("GONE", "N"), {}, 'runningTotal: unknown running total "GONE"'),
    ],
)
def test_a_field_that_means_nothing_is_refused_by_its_path(
    wrong: dict[str, Any], board: dict[str, Any], fault: str
) -> None:
    assert faults_of(wrong, **board) == [f"leaderboards[0].fields[0].{fault}"]


def test_every_faulty_field_is_told() -> None:
    found = faults_of(field("PLAIN", "N", group="max"), field("E", "N"), field("E", "N", group="id"))
    assert [each.partition(":")[0] for each in found] == [
        "leaderboards[0].fields[0].group",
        "leaderboards[0].fields[2].group",
    ]


@pytest.mark.parametrize("group", ["none", "min", "max", "sum", "count", "range"])
def test_all_groups_of_numbers_are_taken(group: str) -> None:
    keys = [field("E", "G", group=each) for each in ("id", "partition", "none")]
    assert faults_of(field("E", "N", group=group), field("E", "T", group="max"), *keys) == []


@pytest.mark.parametrize("group", ["min", "max", "sum", "count", "range"])
def test_what_was_counted_is_a_number_whatever_it_was(group: str) -> None:
    counted = field("TT", "J", calculation="count", group=group)
    assert faults_of(counted, field("TT", "J", group=group), teamType="SQUAD") == []


def compiled(*fields: dict[str, Any], **board: Any) -> BoardType:
    context = CompileContext(game_id=1, stage_id=2, stage="preview", sections={})
    events = section("events").compile(EVENTS, context)
    context = CompileContext(game_id=1, stage_id=2, stage="preview", sections={"events": events})
    totals = section("runningTotals").compile(TOTALS, context)
    sections = {"events": events, "runningTotals": totals}
    context = CompileContext(game_id=1, stage_id=2, stage="preview", sections=sections)
    boards = section("leaderboards").compile([{"shortCode": "B", "fields": list(fields), **board}], context)
    board_type: BoardType = boards["B"]
    return board_type


def test_a_board_is_compiled_with_its_defaults() -> None:
    assert compiled() == BoardType("B")
    assert compiled(
        name="Board",
        description="Of all",
        teamType="SQUAD",
        updateFrequency="daily",
        resetFrequency="weekly",
        highScoreNotifications=True,
        socialNotifications=True,
        topNNotifications=True,
        topN=10,
    ) == BoardType("B", "Board", "Of all", "SQUAD", "daily", "weekly", True, True, True, 10)


def test_fields_are_named_as_on_the_wire() -> None:
    board = compiled(
        field("E", "N", sort="desc", group="max", filter={"op": "gt", "value": 3}),
        field("E", "SUP", sort="desc"),
        field("E", "G", group="partition"),
        field("PLAIN", "N", sort="asc", filter={"op": "any", "value": 3}),
        field("TT", "N", sort="desc"),
        field("TT", "N", calculation="max"),
        field("TT", "G", calculation="last"),
        field("TT", "G", group="id"),
    )
    assert board.fields == (
        BoardField("N", "E", "N", "N", "desc", "max", Filter("gt", 3)),
        BoardField("SUP", "E", "SUP", "SUP"),
        BoardField("G", "E", "G", "G", "none", "partition"),
        BoardField("PLAIN.N", "PLAIN", "N", "N", "asc"),
        BoardField("SUM-N", "TT", "SUM-N", "N", "desc"),
        BoardField("MAX-N", "TT", "MAX-N", "N"),
        BoardField("LAST-G", "TT", "LAST-G", "G"),
        BoardField("TT.G", "TT", "G", "G", "none", "id"),
    )
    assert board.totals == ("E", "PLAIN", "TT")
    assert [each.name for each in board.sorted_fields] == ["N", "PLAIN.N", "SUM-N"]
    assert [each.name for each in board.keyed_fields] == ["G", "TT.G"]
