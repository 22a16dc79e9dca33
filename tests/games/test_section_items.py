"""One item at a time: what import would refuse is refused, at the right path, and its users are named."""

import json
from typing import Any

import pytest

from games.config_store import configs
from games.documents import import_game
from games.exports import export_document
from games.models import AuditEntry, Game, User
from games.section_items import (
    ItemFaults,
    add_item,
    change_item,
    delete_item,
    find_item,
    item_sections,
    items_of,
)
from tests.games.duel import TEXT

pytestmark = pytest.mark.django_db


@pytest.fixture
def game(owner: User) -> Game:
    return import_game(TEXT, owner).game


def codes(game: Game, name: str) -> list[str]:
    return [item["shortCode"] for item in items_of(game, name)]


def newest(game: Game) -> tuple[str, str, str, dict[str, Any]]:
    entry = AuditEntry.objects.filter(game=game).latest("id")
    return entry.actor_name, entry.action, entry.target, entry.detail


def test_every_section_of_items_is_there() -> None:
    assert list(item_sections()) == [
        "events",
        "runningTotals",
        "leaderboards",
        "achievements",
        "challenges",
        "teams",
        "matches",
        "currencies",
        "virtualGoods",
        "properties",
        "propertySets",
        "downloadables",
        "dataTypes",
    ]


def test_an_item_is_added_changed_and_deleted(game: Game, owner: User) -> None:
    before = export_document(game)
    add_item(game, "teams", {"shortCode": "AAA", "name": "First"}, owner)
    assert codes(game, "teams") == sorted(codes(game, "teams"))
    assert newest(game) == ("olga", "section.item_added", "teams AAA", {})
    assert change_item(game, "teams", "AAA", {"name": "First", "maxMembers": 5}, owner)
    assert find_item(game, "teams", "AAA") == {
        "shortCode": "AAA",
        "name": "First",
        "social": False,
        "extendedSocial": False,
        "maxMembers": 5,
        "maxMemberships": 0,
        "maxOwnerships": 0,
        "mandatory": False,
    }
    assert newest(game) == ("olga", "section.item_changed", "teams AAA", {"fields": ["maxMembers"]})
    delete_item(game, "teams", "AAA", owner)
    assert newest(game) == ("olga", "section.item_deleted", "teams AAA", {})
    assert export_document(game) == before


def test_preview_runs_by_what_was_saved(game: Game, django_capture_on_commit_callbacks: Any) -> None:
    stage = game.stage("preview")
    assert "AAA" not in configs.current(stage.pk).sections["teams"]
    with django_capture_on_commit_callbacks(execute=True):
        add_item(game, "teams", {"shortCode": "AAA", "maxMembers": 5}, None)
    assert configs.current(stage.pk).sections["teams"]["AAA"].most_members == 5


def test_what_did_not_change_is_not_written_down(game: Game) -> None:
    before = newest(game)
    code = codes(game, "events")[0]
    item = find_item(game, "events", code)
    assert item is not None
    assert change_item(game, "events", code, item, None) is False
    assert newest(game) == before


def test_a_short_code_stays(game: Game) -> None:
    code = codes(game, "teams")[0]
    change_item(game, "teams", code, {"shortCode": "OTHER", "name": "Renamed"}, None)
    item = find_item(game, "teams", code)
    assert item is not None
    assert (item["name"], "OTHER" in codes(game, "teams")) == ("Renamed", False)


@pytest.mark.parametrize(
    ("name", "item", "own"),
    [
        ("teams", {"shortCode": "A B"}, {"shortCode": ["expected letters, digits, _ and -"]}),
        ("teams", {}, {"shortCode": ["required"]}),
        ("events", {"shortCode": "SCORE"}, {"shortCode": ['"SCORE" is there twice']}),
        (
            "events",
            {"shortCode": "E", "attributes": [{"shortCode": "A", "type": "text", "aggregation": "sum"}]},
            {"attributes[0].type": ["expected one of number, string, json"]},
        ),
        (
            "challenges",
            {"shortCode": "C", "leaderboard": "GONE"},
            {"leaderboard": ['unknown leaderboard "GONE"']},
        ),
        (
            "currencies",
            {"number": 9, "shortCode": "X", "signupBonus": -1},
            {"number": ["must be at most 6"], "signupBonus": ["must be at least 0"]},
        ),
    ],
)
def test_faults_stand_at_their_paths_and_nothing_changes(
    game: Game, name: str, item: dict[str, Any], own: dict[str, list[str]]
) -> None:
    before = export_document(game)
    with pytest.raises(ItemFaults) as refused:
        add_item(game, name, item, None)
    assert (refused.value.own, refused.value.others) == (own, [])
    assert export_document(game) == before


def test_what_is_in_use_is_not_deleted_and_its_users_are_named(game: Game) -> None:
    with pytest.raises(ItemFaults) as refused:
        delete_item(game, "events", "SCORE", None)
    assert refused.value.own == {}
    assert refused.value.others == [
        'runningTotals RT, event: unknown event "SCORE"',
        'leaderboards HS, fields[0].runningTotal: unknown running total "SCORE"',
        'scripts["event/SCORE"]: unknown event "SCORE"',
    ]
    assert "SCORE" in codes(game, "events")


def test_a_change_that_others_cannot_follow_is_refused(game: Game) -> None:
    event = find_item(game, "events", "SCORE")
    assert event is not None
    with pytest.raises(ItemFaults) as refused:
        change_item(game, "events", "SCORE", {**event, "attributes": event["attributes"][1:]}, None)
    assert [line for line in refused.value.others if "SCORE.S" in line] == refused.value.others != []


def test_what_is_gone_cannot_be_changed(game: Game) -> None:
    for act in (
        lambda: delete_item(game, "events", "GONE", None),
        lambda: change_item(game, "events", "GONE", {}, None),
    ):
        with pytest.raises(LookupError):
            act()


def test_a_document_s_items_may_each_be_saved_as_they_are(game: Game) -> None:
    for name in item_sections():
        for item in json.loads(json.dumps(items_of(game, name))):
            assert change_item(game, name, item["shortCode"], item, None) is False
