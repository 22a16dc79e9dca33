import copy
from typing import Any

import pytest

from games.models import Game, StoredSection
from games.sections import CompileContext, Faults, Section, all_sections
from tests.games.duel import duel

CONTEXT = CompileContext(game_id=1, stage_id=2, stage="preview")
KEPT = [
    "events",
    "runningTotals",
    "leaderboards",
    "achievements",
    "challenges",
    "teams",
    "matches",
    "scripts",
    "broadcastLimits",
    "currencies",
    "virtualGoods",
    "properties",
    "propertySets",
    "downloadables",
    "metaCollections",
    "dataTypes",
]
# Kept in the same way, and read by a package to the right.
COMPILED = [
    "events",
    "runningTotals",
    "leaderboards",
    "achievements",
    "challenges",
    "matches",
    "teams",
    "currencies",
    "virtualGoods",
    "properties",
    "propertySets",
    "downloadables",
    "scripts",
]


def section(name: str) -> Section:
    return next(each for each in all_sections() if each.name == name)


def faults_of(name: str, document: dict[str, Any]) -> list[str]:
    faults = Faults()
    section(name).validate(document[name], faults, document)
    return faults.found


def changed(path: str, value: Any) -> dict[str, Any]:
    """The duel's document with the value at `path` (`events/0/name`) replaced."""
    document = copy.deepcopy(duel())
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    inner: Any = document
    for step in steps:
        inner = inner[step]
    inner[last] = value
    return document


@pytest.mark.parametrize("name", KEPT)
def test_section_of_the_duel_has_no_fault(name: str) -> None:
    assert faults_of(name, duel()) == []


@pytest.mark.parametrize("name", KEPT)
def test_empty_section_has_no_fault(name: str) -> None:
    assert faults_of(name, {name: section(name).empty()}) == []


@pytest.mark.parametrize("name", [name for name in KEPT if name not in COMPILED])
def test_section_that_nothing_runs_by_compiles_to_itself(name: str) -> None:
    data = duel()[name]
    assert section(name).compile(data, CONTEXT) == data


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize("data", [None, 1, "x", True, [1], [None], [[]], {"x": 1}, [{"x": 1}], {"x y": []}])
def test_section_of_any_other_shape_has_faults_and_never_fails(name: str, data: Any) -> None:
    found = faults_of(name, {**dict.fromkeys(duel(), data), name: data})
    assert found
    assert [fault for fault in found if not fault.startswith(name)] == []


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("events/0/shortCode", "A.B", "events[0].shortCode: expected letters, digits, _ and -"),
        (
            "events/0/attributes/1/type",
            "text",
            "events[0].attributes[1].type: expected one of number, string, json",
        ),
        ("events/0/attributes/1/shortCode", "S", 'events[0].attributes[1].shortCode: "S" is there twice'),
        ("runningTotals/0/event", "GONE", 'runningTotals[0].event: unknown event "GONE"'),
        ("runningTotals/0/teamType", "GONE", 'runningTotals[0].teamType: unknown team type "GONE"'),
        ("runningTotals/0/groupBy/0", "X", 'runningTotals[0].groupBy[0]: unknown event attribute "SCORE.X"'),
        (
            "runningTotals/0/collectors/0/attribute",
            "X",
            'runningTotals[0].collectors[0].attribute: unknown event attribute "SCORE.X"',
        ),
        (
            "runningTotals/0/collectors/0/filter/op",
            ">",
            "runningTotals[0].collectors[0].filter.op: expected one of any, eq, ne, gt, gte, lt, lte, mod",
        ),
        (
            "runningTotals/0/shortCode",
            "SCORE",
            'runningTotals[0].shortCode: "SCORE" is the running total of the event of that name',
        ),
        (
            "leaderboards/0/fields/0/collector",
            "X",
            'leaderboards[0].fields[0].collector: unknown event attribute "SCORE.X"',
        ),
        (
            "leaderboards/0/fields/0/runningTotal",
            "GONE",
            'leaderboards[0].fields[0].runningTotal: unknown running total "GONE"',
        ),
        ("leaderboards/1/teamType", "GONE", 'leaderboards[1].teamType: unknown team type "GONE"'),
        (
            "leaderboards/0/updateFrequency",
            "hourly",
            "leaderboards[0].updateFrequency: expected one of realtime, daily, weekly, monthly",
        ),
        ("leaderboards/0/topN", -1, "leaderboards[0].topN: must be at least 0"),
        ("achievements/0/leaderboard", "GONE", 'achievements[0].leaderboard: unknown leaderboard "GONE"'),
        ("achievements/0/virtualGood", "GONE", 'achievements[0].virtualGood: unknown virtual good "GONE"'),
        ("achievements/0/currencyAwards", [1], "achievements[0].currencyAwards: expected 6 items"),
        (
            "achievements/0/triggers",
            [],
            "achievements[0].triggers: a leaderboard's achievement needs a trigger",
        ),
        ("challenges/0/turnConsumers/0", "GONE", 'challenges[0].turnConsumers[0]: unknown event "GONE"'),
        ("challenges/0/leaderboard", "GONE", 'challenges[0].leaderboard: unknown leaderboard "GONE"'),
        ("challenges/0/achievement", "GONE", 'challenges[0].achievement: unknown achievement "GONE"'),
        ("teams/0/social", "yes", "teams[0].social: expected true or false"),
        ("matches/0/minPlayers", 1, "matches[0].minPlayers: must be at least 2"),
        ("matches/0/maxPlayers", 2.5, "matches[0].maxPlayers: expected a whole number"),
        ("matches/0/minPlayers", 5, "matches[0].maxPlayers: less than minPlayers"),
        ("matches/0/thresholds/0/max", -1, "matches[0].thresholds[0].max: less than min"),
        (
            "scripts/plans~RATINGS",
            "",
            'scripts["plans~RATINGS"]: expected a folder (request, response, event, event-challenge,'
            " message-global, message-user, system, callbacks, modules, rtScript, rtModules), a slash and a"
            " name",
        ),
        ("broadcastLimits/perDay", "20", "broadcastLimits.perDay: expected a number"),
        ("currencies/0/number", 7, "currencies[0].number: must be at most 6"),
        ("virtualGoods/0/type", "good", "virtualGoods[0].type: expected one of vgood, currency"),
        *[
            (f"{name}/0/propertySet", "GONE", f'{name}[0].propertySet: unknown property set "GONE"')
            for name in ("leaderboards", "achievements", "virtualGoods")
        ],
        ("properties/0/value", 1, "properties[0].value: unknown key"),
        ("propertySets/0/properties/0", "GONE", 'propertySets[0].properties[0]: unknown property "GONE"'),
        (
            "downloadables/0/file/name",
            "a/b",
            "downloadables[0].file.name: expected a file name without a folder",
        ),
        (
            "downloadables/0/file/sha256",
            "F" * 64,
            "downloadables[0].file.sha256: expected 64 lower-case hex digits",
        ),
        ("metaCollections/levels/0", 1, "metaCollections.levels[0]: expected an object"),
        (
            "dataTypes/0/indexes/0/type",
            "date",
            "dataTypes[0].indexes[0].type: expected one of string, number",
        ),
    ],
)
def test_fault_is_found_at_its_path(path: str, value: Any, fault: str) -> None:
    assert faults_of(path.split("/")[0], changed(path, value)) == [fault]


def test_currency_number_is_there_once() -> None:
    gold = {"number": 1, "shortCode": "GOLD"}
    document = {"currencies": [gold, {**gold, "shortCode": "SILVER"}]}
    assert faults_of("currencies", document) == ['currencies[1].number: "1" is there twice']


def test_attribute_used_in_script_is_no_running_total() -> None:
    document = changed("leaderboards/0/fields", [{"runningTotal": "MOVE", "collector": "DICE"}])
    assert faults_of("leaderboards", document) == [
        'leaderboards[0].fields[0].collector: unknown event attribute "MOVE.DICE"'
    ]


def test_section_is_kept_complete_and_sorted(game: Game) -> None:
    teams = section("teams")
    teams.apply(game, [{"shortCode": "SQUAD"}, {"shortCode": "CLAN", "maxMembers": 5}], None)
    filled = {"name": "", "social": False, "extendedSocial": False, "maxMembers": 0}
    rest = {"maxMemberships": 0, "maxOwnerships": 0, "mandatory": False}
    assert teams.export(game) == [
        {"shortCode": "CLAN", **filled, "maxMembers": 5, **rest},
        {"shortCode": "SQUAD", **filled, **rest},
    ]


def test_section_applied_again_replaces_the_former(game: Game) -> None:
    section("metaCollections").apply(game, {"b": [{"_id": "2"}], "a": [{"_id": "1"}]}, None)
    section("metaCollections").apply(game, {"c": [{"_id": "3"}]}, None)
    assert section("metaCollections").export(game) == {"c": [{"_id": "3"}]}
    assert StoredSection.objects.filter(game=game).count() == 1


def test_broadcast_limits_have_defaults(game: Game) -> None:
    assert section("broadcastLimits").export(game) == {"maxRecipients": 1000000, "perDay": 20}
