"""The document's `segments`, `segmentQueries` and `players`."""

import json
from typing import Any

import pytest

from games.config_store import configs
from games.documents import DocumentFaults, import_game
from games.exports import export_game
from games.models import AuditEntry, Game, Stage
from games.sections import Faults
from players import friends, passwords
from players.models import Friendship, Player, Segment, SegmentQuery
from players.sections import SegmentQueriesSection, SegmentsSection
from players.seed_section import PlayersSection
from players.segment_queries import compile_query
from players.segment_settings import delete, save_query, save_segment

pytestmark = pytest.mark.django_db

COUNTRY = {
    "shortCode": "COUNTRY",
    "name": "Country",
    "description": "",
    "values": [
        {"shortCode": "DE", "name": "Germany", "description": ""},
        {"shortCode": "FR", "name": "France", "description": ""},
    ],
}
FRENCH = {
    "shortCode": "FRENCH",
    "name": "",
    "description": "",
    "query": {"all": [{"segment": "COUNTRY", "is": "FR"}]},
}


def load(publish: bool = False, **sections: Any) -> None:
    document = {"format": "flint.game/1", "name": "Duel of Dice", "apiKey": "duel0000dice", **sections}
    import_game(json.dumps(document), author=None, publish=publish)


def faults(**sections: Any) -> list[str]:
    with pytest.raises(DocumentFaults) as refused:
        load(**sections)
    return refused.value.faults


def test_segments_and_queries_come_back_as_they_went_in(game: Game) -> None:
    load(segments=[COUNTRY], segmentQueries=[FRENCH])
    exported = json.loads(export_game(game))
    assert exported["segments"] == [COUNTRY]
    assert exported["segmentQueries"] == [FRENCH]


def test_segments_and_queries_compile(game: Game, stage: Stage) -> None:
    load(segments=[COUNTRY], segmentQueries=[FRENCH])
    sections = configs.current(stage.pk).sections
    assert sections["segments"] == {"COUNTRY": frozenset({"DE", "FR"})}
    assert sections["segmentQueries"] == {"FRENCH": compile_query(FRENCH["query"])}


def test_what_a_document_leaves_out_of_a_section_is_deleted(game: Game) -> None:
    load(segments=[COUNTRY, {**COUNTRY, "shortCode": "OTHER"}], segmentQueries=[FRENCH])
    load(segments=[{**COUNTRY, "values": COUNTRY["values"][1:]}], segmentQueries=[FRENCH])
    assert [segment.short_code for segment in Segment.objects.all()] == ["COUNTRY"]
    assert [value.short_code for value in Segment.objects.get().values.all()] == ["FR"]
    load(segments=[], segmentQueries=[])
    assert not Segment.objects.exists()
    assert not SegmentQuery.objects.exists()


def test_importing_the_same_again_changes_nothing(game: Game, stage: Stage) -> None:
    load(segments=[COUNTRY], segmentQueries=[FRENCH])
    before = AuditEntry.objects.filter(action__startswith="segment").count()
    load(segments=[COUNTRY], segmentQueries=[FRENCH])
    assert AuditEntry.objects.filter(action__startswith="segment").count() == before == 2


def test_faults_of_segments_and_queries_have_their_paths(game: Game) -> None:
    assert faults(
        segments=[COUNTRY, {"shortCode": "A B"}, COUNTRY],
        segmentQueries=[
            {"shortCode": "Q"},
            {"shortCode": "R", "query": {"segment": "COUNTRY", "is": "XX"}},
            {"shortCode": "S", "query": {"segment": "NONE", "is": "FR"}, "colour": 1},
        ],
    ) == [
        "segments[1].shortCode: expected letters, digits, _ and -",
        'segments[2].shortCode: "COUNTRY" is there twice',
        "segmentQueries[0].query: required",
        "segmentQueries[2].colour: unknown key",
        'segmentQueries[1].query.is: segment "COUNTRY" has no value "XX"',
        'segmentQueries[2].query.segment: unknown segment "NONE"',
    ]


PLAYERS: list[dict[str, Any]] = [
    {
        "userName": "p1",
        "password": "one",
        "displayName": "PLAYER_1",
        "friends": ["p2"],
        "segments": {"COUNTRY": "FR"},
    },
    {"userName": "p2", "password": "two"},
]


def test_players_seed_the_preview_stage(game: Game, stage: Stage) -> None:
    load(segments=[COUNTRY], players=PLAYERS)
    one, two = Player.objects.order_by("user_name")
    assert (one.stage, one.display_name, one.segments) == (stage, "PLAYER_1", {"COUNTRY": "FR"})
    assert passwords.matches("one", one.password)
    assert two.display_name == "p2"
    assert list(friends.friends_of(two.pk)) == [one]
    assert set(Friendship.objects.values_list("source", flat=True)) == {"server"}
    assert "players" not in json.loads(export_game(game))


def test_players_seed_live_when_it_is_published(game: Game, live: Stage) -> None:
    load(publish=True, segments=[COUNTRY], players=PLAYERS)
    assert Player.objects.filter(stage=live).count() == 2
    assert Player.objects.count() == 4


def test_the_same_user_name_updates(game: Game, stage: Stage) -> None:
    load(segments=[COUNTRY], players=PLAYERS)
    before = dict(Player.objects.values_list("user_name", "pk"))
    kept = Player.objects.get(user_name="p1").password
    load(
        segments=[COUNTRY],
        players=[{**PLAYERS[0], "displayName": "One", "friends": []}, {**PLAYERS[1], "password": "zwei"}],
    )
    one, two = Player.objects.order_by("user_name")
    assert {"p1": one.pk, "p2": two.pk} == before
    assert (one.display_name, one.password) == ("One", kept)
    assert passwords.matches("zwei", two.password)
    assert list(friends.friends_of(one.pk)) == [two]


def test_faults_of_players_have_their_paths(game: Game) -> None:
    assert faults(
        segments=[COUNTRY],
        players=[
            {"userName": "p1", "password": "", "friends": ["p9", "p1"]},
            {"userName": "p1", "password": "x", "segments": {"COUNTRY": "XX", "NONE": "FR"}},
        ],
    ) == [
        "players[0].password: must not be empty",
        'players[1].userName: "p1" is there twice',
        'players[0].friends[0]: unknown player "p9"',
        "players[0].friends[1]: nobody is their own friend",
        'players[1].segments.COUNTRY: segment "COUNTRY" has no value "XX"',
        'players[1].segments: unknown segment "NONE"',
    ]


@pytest.mark.parametrize(
    "broken",
    [5, "x", {}, [5], [None], [{"shortCode": {}}], [{"userName": [], "friends": {}, "segments": []}]],
)
def test_malformed_sections_are_faults_not_failures(broken: Any) -> None:
    document = dict.fromkeys(("segments", "segmentQueries", "players"), broken)
    for section in (SegmentsSection(), SegmentQueriesSection(), PlayersSection()):
        found = Faults()
        section.validate(broken, found, document)
        assert found.found


def test_changes_are_audited_and_reach_preview(
    game: Game, stage: Stage, django_capture_on_commit_callbacks: Any
) -> None:
    assert configs.current(stage.pk).sections["segments"] == {}
    with django_capture_on_commit_callbacks(execute=True):
        segment = save_segment(game, "TIER", None, values={"GOLD": {"name": "Gold", "description": ""}})
        query = save_query(game, "GOLDEN", None, query={"segment": "TIER", "is": "GOLD"})
    assert configs.current(stage.pk).sections["segments"] == {"TIER": frozenset({"GOLD"})}
    with django_capture_on_commit_callbacks(execute=True):
        delete(query, None)
        delete(segment, None)
    assert configs.current(stage.pk).sections["segmentQueries"] == {}
    actions = AuditEntry.objects.filter(action__startswith="segment").order_by("id")
    assert list(actions.values_list("action", "target")) == [
        ("segment.save", "TIER"),
        ("segment_query.save", "GOLDEN"),
        ("segment_query.delete", "GOLDEN"),
        ("segment.delete", "TIER"),
    ]
