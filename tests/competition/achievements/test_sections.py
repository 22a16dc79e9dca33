"""What a game document may say of achievements."""

from typing import Any

import pytest

from competition.achievements.data import RANKS
from games.sections import CompileContext, Faults, Section, all_sections
from tests.competition.achievements.conftest import achievement, trigger
from tests.competition.leaderboards.conftest import SCORE, board, field

DOCUMENT: dict[str, Any] = {
    "events": [SCORE],
    "leaderboards": [board(field(sort="desc"), field("NOTE"))],
    "virtualGoods": [{"shortCode": "SHIELD"}],
}


def section() -> Section:
    return next(each for each in all_sections() if each.name == "achievements")


def faults_of(*items: dict[str, Any], **sections: Any) -> list[str]:
    faults = Faults()
    section().validate(list(items), faults, {**DOCUMENT, **sections, "achievements": list(items)})
    return faults.found


@pytest.mark.parametrize("name", ["SCORE.S", "SCORE.NOTE", "SCORE.S-all", *RANKS])
def test_triggers_may_look_at_fields_and_ranks(name: str) -> None:
    assert faults_of(achievement("ACH", trigger(name, "gte", 1))) == []


@pytest.mark.parametrize("name", ["SCORE.LEFT", "SCORE", "S", "OTHER.S", "globalrank", "SCORE.SUM-S"])
def test_what_a_board_has_not_is_named_with_its_path(name: str) -> None:
    fine = achievement("FINE", trigger("SCORE.S", "any"))
    assert faults_of(fine, achievement("ACH", trigger("SCORE.S", "any"), trigger(name, "eq", 1))) == [
        f'achievements[1].triggers[1].data: "HS" has no "{name}"'
    ]


def test_a_trigger_needs_something_to_compare_with() -> None:
    triggers = [trigger("SCORE.S", "gt"), trigger("globalRank", "eq", "first"), trigger("globalRank", "any")]
    assert faults_of(achievement("ACH", *triggers)) == [
        "achievements[0].triggers[0].value: required",
        "achievements[0].triggers[1].value: a rank is compared with a number",
    ]


def test_triggers_go_with_a_leaderboard() -> None:
    lone = {**achievement("ACH", trigger("SCORE.S", "any")), "leaderboard": None}
    assert faults_of(lone, achievement("BY_CALL")) == [
        "achievements[0].triggers: only a leaderboard's achievement has triggers"
    ]
    idle = {**achievement("ACH"), "leaderboard": "HS", "triggers": []}
    assert faults_of(idle) == ["achievements[0].triggers: a leaderboard's achievement needs a trigger"]


def test_what_is_named_must_be_there() -> None:
    lost = {**achievement("ACH", trigger("SCORE.S", "any")), "leaderboard": "GONE", "virtualGood": "GONE"}
    assert faults_of(lost) == [
        'achievements[0].leaderboard: unknown leaderboard "GONE"',
        'achievements[0].virtualGood: unknown virtual good "GONE"',
    ]


@pytest.mark.parametrize(
    "sections",
    [
        {"leaderboards": [board(field("GONE", sort="desc"))]},
        {"leaderboards": "nonsense"},
        {"events": [{"shortCode": 7}]},
        {"runningTotals": [None]},
    ],
)
def test_faults_of_what_triggers_look_at_are_not_reported_twice(sections: dict[str, Any]) -> None:
    found = faults_of(achievement("ACH", trigger("SCORE.NONE", "eq", 1)), **sections)
    assert not [fault for fault in found if ".data" in fault]


@pytest.mark.parametrize("item", [None, 7, {"triggers": 7}, {"triggers": [7]}, {"triggers": [{"data": 7}]}])
def test_what_has_the_wrong_shape_is_a_fault_and_nothing_worse(item: Any) -> None:
    assert faults_of(item)


def test_an_achievement_is_compiled_with_what_it_brings() -> None:
    sections: dict[str, Any] = {}
    context = CompileContext(0, 0, "preview", sections=sections)
    item = achievement(
        "ACH",
        trigger("SCORE.S", "gte", 100),
        currencyAwards=[0, 5, 0, 0, 0, 0],
        virtualGood="SHIELD",
        repeatable=True,
    )
    document = {**DOCUMENT, "runningTotals": [], "achievements": [item, achievement("BARE")]}
    by_name = {each.name: each for each in all_sections()}
    for name in ("events", "runningTotals", "leaderboards", "virtualGoods", "achievements"):
        sections[name] = by_name[name].compile(document[name], context)
    compiled, bare = sections["achievements"]["ACH"], sections["achievements"]["BARE"]
    assert (compiled.name, compiled.currencies, compiled.repeatable, compiled.board) == (
        "The ACH",
        {2: 5},
        True,
        "HS",
    )
    assert compiled.good == sections["virtualGoods"]["SHIELD"]
    assert [(each.datum.name, each.filter.op, each.filter.value) for each in compiled.triggers] == [
        ("SCORE.S", "gte", 100)
    ]
    assert (bare.good, bare.currencies, bare.triggers) == (None, {}, ())
