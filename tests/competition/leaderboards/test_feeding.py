"""What stands on a board after posts (competition-rules.md §3.1, §3.4, §3.7)."""

from collections.abc import Callable
from typing import Any

import pytest

from competition import teams
from competition.events.posting import Posted
from competition.leaderboards import entries, instances, reading
from competition.leaderboards.documents import entry_document
from competition.leaderboards.types import board_type
from competition.models import BoardInstance, TotalRecord
from competition.owners import Owner
from competition.team_types import TeamType
from games.models import Stage
from players.models import Player
from tests.competition.events.conftest import NOW_MS
from tests.competition.leaderboards.conftest import BY_COUNTRY, board, country, field

pytestmark = pytest.mark.django_db

Boards = Callable[..., Stage]
Score = Callable[..., Posted]
Log = Callable[..., Posted]
AddPlayer = Callable[..., Player]


def shown(stage: Stage, code: str = "HS", **where: Any) -> list[tuple[str, dict[str, Any]]]:
    """Who stands there with what, the best first."""
    instance = instances.find(stage.pk, code, now=NOW_MS, **where)
    assert instance is not None
    assert reading.count(instance) == instance.entries.count()
    return [
        (entry.player.display_name if entry.player else entry.team.name, entry.values)
        for entry in reading.top(instance, 100)
    ]


def test_entries_stand_by_their_values_then_by_time_then_by_id(
    boards: Boards, score: Score, ana: Player, bo: Player, add_player: AddPlayer
) -> None:
    stage, cy = boards(board()), add_player("cy")
    score(cy, 10, after=1)
    score(bo, 10, after=0)
    score(ana, 10, after=1)
    assert shown(stage) == [("Bo", {"S": 10}), ("Ana", {"S": 10}), ("Cy", {"S": 10})]
    score(ana, 11, after=2)
    assert [name for name, _ in shown(stage)] == ["Ana", "Bo", "Cy"]


def test_what_is_not_better_changes_neither_the_entry_nor_since_when_it_stands(
    boards: Boards, score: Score, ana: Player
) -> None:
    stage = boards(board())
    (first,) = score(ana, 110).entries
    (again,) = score(ana, 110, after=5).entries
    (worse,) = score(ana, 10, after=9).entries
    assert [each.improved for each in (first, again, worse)] == [True, False, False]
    assert first.new == again.old == again.new == worse.new
    assert (first.old, first.new.when_ms) == (None, NOW_MS)
    assert shown(stage) == [("Ana", {"S": 110})]


def test_several_sorted_fields_decide_one_after_the_other_and_others_ride_along(
    boards: Boards, score: Score, ana: Player, bo: Player, add_player: AddPlayer
) -> None:
    fields = field(sort="desc"), field("LEFT", "asc"), field("NOTE", "desc")
    stage, cy = boards(board(*fields)), add_player("cy")
    score(ana, 10, LEFT=3, NOTE="z")
    score(bo, 10, LEFT=2, NOTE="a", after=1)
    score(cy, 11, LEFT=9, NOTE="b", after=2)
    assert shown(stage) == [
        ("Cy", {"S": 11, "LEFT": 9, "NOTE": "b"}),
        ("Bo", {"S": 10, "LEFT": 2, "NOTE": "a"}),
        ("Ana", {"S": 10, "LEFT": 3, "NOTE": "z"}),
    ]
    (change,) = score(ana, 9, LEFT=3, NOTE="new", after=3).entries
    assert (change.improved, change.new.values["NOTE"], change.new.when_ms) == (False, "new", NOW_MS)
    (change,) = score(ana, 9, LEFT=1, after=4).entries
    assert (change.improved, change.standing.before, change.standing.now) == (True, 3, 2)


def test_a_value_that_fails_a_filter_leaves_the_entry_as_it_was(
    boards: Boards, score: Score, ana: Player
) -> None:
    filtered = field(sort="desc", filter={"op": "lt", "value": 100})
    stage = boards(board(filtered, field("NOTE")))
    assert score(ana, 100).entries == ()
    assert BoardInstance.objects.count() == 0
    TotalRecord.objects.all().delete()
    score(ana, 99, NOTE="kept")
    assert score(ana, 150, NOTE="lost", after=1).entries == ()
    assert shown(stage) == [("Ana", {"S": 99, "NOTE": "kept"})]


def test_what_a_filter_refused_is_in_no_entry_that_later_posts_make(
    boards: Boards, score: Score, log: Log, ana: Player
) -> None:
    filtered = field(sort="desc", filter={"op": "lt", "value": 100})
    stage = boards(board(filtered, country()))
    score(ana, 150)
    assert log(ana, "HSWC", {"SCORE": 5, "COUNTRY": "UK"}).entries == ()
    TotalRecord.objects.filter(total="SCORE").update(counted='{"S":50,"LEFT":0,"NOTE":"-"}')
    log(ana, "HSWC", {"SCORE": 6, "COUNTRY": "UK"})
    assert shown(stage) == [("Ana", {"S": 50, "SCORE": 6})]


def test_a_group_folds_the_records_that_pass_the_filter(boards: Boards, log: Log, ana: Player) -> None:
    stage = boards(board(country(sort="desc", group="max", filter={"op": "lt", "value": 100})))
    log(ana, "HSWC", {"SCORE": 5, "COUNTRY": "UK"})
    assert log(ana, "HSWC", {"SCORE": 150, "COUNTRY": "US"}).entries == ()
    log(ana, "HSWC", {"SCORE": 7, "COUNTRY": "UK"})
    assert shown(stage) == [("Ana", {"SCORE": 7})]


@pytest.mark.parametrize(
    ("group", "folded"),
    [("max", [5, 5, 9]), ("min", [5, 2, 2]), ("sum", [5, 7, 11]), ("count", [1, 2, 2]), ("range", [0, 3, 7])],
)
def test_a_group_folds_a_player_s_records_into_one_entry(
    boards: Boards, log: Log, ana: Player, group: str, folded: list[int]
) -> None:
    stage = boards(board(country(sort="desc", group=group)))
    log(ana, "HSWC", {"SCORE": 5, "COUNTRY": "UK"})
    assert shown(stage) == [("Ana", {"SCORE": folded[0]})]
    log(ana, "HSWC", {"SCORE": 2, "COUNTRY": "UK"})
    log(ana, "HSWC", {"SCORE": 2, "COUNTRY": "US"})
    assert shown(stage) == [("Ana", {"SCORE": folded[1]})]
    TotalRecord.objects.filter(grouped__contains="UK").update(counted='{"SCORE":9}')
    log(ana, "HSWC", {"SCORE": 1, "COUNTRY": "US"})
    assert shown(stage) == [("Ana", {"SCORE": folded[2]})]


@pytest.mark.parametrize(
    ("group", "folded"), [("max", 5), ("min", 5), ("sum", 5), ("range", 0), ("count", 3), ("none", 5)]
)
def test_texts_that_an_attribute_held_before_it_became_a_number_are_not_folded(
    boards: Boards, log: Log, ana: Player, group: str, folded: int
) -> None:
    points, by = BY_COUNTRY["attributes"]
    as_text = {**BY_COUNTRY, "attributes": [{**points, "type": "string"}, by]}
    boards(events=[as_text])
    for code in ("UK", "US"):
        log(ana, "HSWC", {"SCORE": "nine", "COUNTRY": code})
    stage = boards(board(country(sort="desc", group=group)))
    log(ana, "HSWC", {"SCORE": 5, "COUNTRY": "FR"})
    assert shown(stage) == [("Ana", {"SCORE": folded})]


def test_without_a_group_the_record_of_the_post_is_shown(boards: Boards, log: Log, ana: Player) -> None:
    stage = boards(board(country(sort="desc"), country("COUNTRY")))
    log(ana, "HSWC", {"SCORE": 5, "COUNTRY": "UK"})
    log(ana, "HSWC", {"SCORE": 4, "COUNTRY": "US"})
    assert shown(stage) == [("Ana", {"SCORE": 4, "COUNTRY": "US"})]


def test_custom_ids_give_a_player_an_entry_for_each_value(
    boards: Boards, log: Log, ana: Player, bo: Player
) -> None:
    stage = boards(board(country(sort="desc", group="max"), country("COUNTRY", group="id")))
    log(ana, "HSWC", {"SCORE": 5, "COUNTRY": "UK"})
    log(bo, "HSWC", {"SCORE": 6, "COUNTRY": "UK"})
    log(ana, "HSWC", {"SCORE": 7, "COUNTRY": "US"})
    log(ana, "HSWC", {"SCORE": 8, "COUNTRY": "UK"})
    assert shown(stage) == [
        ("Ana", {"SCORE": 8, "COUNTRY": "UK"}),
        ("Ana", {"SCORE": 7, "COUNTRY": "US"}),
        ("Bo", {"SCORE": 6, "COUNTRY": "UK"}),
    ]
    instance = instances.find(stage.pk, "HS")
    assert instance is not None
    best = reading.entry_of(instance, Owner(ana.pk))
    assert (best and best.values["SCORE"], len(reading.entries_of(instance, Owner(ana.pk)))) == (8, 2)


def test_partitions_are_boards_of_their_own(boards: Boards, log: Log, ana: Player, bo: Player) -> None:
    stage = boards(
        board(country(sort="desc", group="max"), country("COUNTRY", group="partition"), code="HSBC")
    )
    log(ana, "HSWC", {"SCORE": 1, "COUNTRY": "UK"})
    (change,) = log(ana, "HSWC", {"SCORE": 10, "COUNTRY": "US"}).entries
    assert (change.board_code, change.old, change.standing.now) == ("HSBC.COUNTRY.US", None, 1)
    log(bo, "HSWC", {"SCORE": 3, "COUNTRY": "v. 2"})
    assert shown(stage, "HSBC.COUNTRY.UK") == [("Ana", {"SCORE": 1, "COUNTRY": "UK"})]
    assert instances.find(stage.pk, "HSBC") is None
    assert instances.find(stage.pk, "HSBC.COUNTRY.uk") is None
    type_ = board_type(stage.pk, "HSBC")
    assert type_ is not None
    assert instances.partitions_of(stage.pk, type_) == [
        "HSBC.COUNTRY.UK",
        "HSBC.COUNTRY.US",
        "HSBC.COUNTRY.v. 2",
    ]


def test_several_partition_fields_follow_each_other_in_a_code(boards: Boards, log: Log, ana: Player) -> None:
    attributes = [
        {"shortCode": "SCORE", "type": "number", "aggregation": "max"},
        {"shortCode": "league", "type": "string", "aggregation": "grouped"},
        {"shortCode": "division", "type": "number", "aggregation": "grouped"},
    ]
    keys = country("division", group="partition"), country("league", group="partition")
    stage = boards(
        board(*keys, country(sort="desc"), code="ldr_Global"),
        events=[{"shortCode": "HSWC", "attributes": attributes}],
    )
    log(ana, "HSWC", {"SCORE": 1, "league": "bronze", "division": 1})
    values = {"division": 1, "league": "bronze", "SCORE": 1}
    assert shown(stage, "ldr_Global.division.1.league.bronze") == [("Ana", values)]


def test_a_partition_value_too_long_for_a_code_makes_no_board(boards: Boards, log: Log, ana: Player) -> None:
    boards(board(country(sort="desc"), country("COUNTRY", group="partition")))
    assert log(ana, "HSWC", {"SCORE": 1, "COUNTRY": "x" * 600}).entries == ()


def test_an_archived_partition_takes_no_posts(boards: Boards, log: Log, ana: Player) -> None:
    stage = boards(board(country(sort="desc"), country("COUNTRY", group="partition")))
    log(ana, "HSWC", {"SCORE": 1, "COUNTRY": "UK"})
    partition = instances.find(stage.pk, "HS.COUNTRY.UK")
    assert partition is not None
    instances.archive(partition)
    instances.archive(partition)
    assert log(ana, "HSWC", {"SCORE": 2, "COUNTRY": "UK"}).entries == ()
    assert shown(stage, "HS.COUNTRY.UK") == [("Ana", {"SCORE": 1, "COUNTRY": "UK"})]


def test_a_dropped_partition_is_made_anew_by_the_next_post(boards: Boards, log: Log, ana: Player) -> None:
    stage = boards(board(country(sort="desc"), country("COUNTRY", group="partition")))
    log(ana, "HSWC", {"SCORE": 2, "COUNTRY": "UK"})
    partition = instances.find(stage.pk, "HS.COUNTRY.UK")
    assert partition is not None
    instances.drop(partition)
    assert instances.find(stage.pk, "HS.COUNTRY.UK") is None
    (change,) = log(ana, "HSWC", {"SCORE": 1, "COUNTRY": "UK"}).entries
    assert (change.improved, change.new.values["SCORE"]) == (True, 2)  # the totals were not dropped


def test_a_board_of_several_totals_lists_who_has_a_value_of_each(
    boards: Boards, score: Score, log: Log, ana: Player, bo: Player
) -> None:
    half = {"shortCode": "HALF", "attributes": [{"shortCode": "S", "type": "number", "aggregation": "last"}]}
    final = {
        "shortCode": "SCORE",
        "attributes": [{"shortCode": "S", "type": "number", "aggregation": "last"}],
    }
    fields = field(sort="desc"), {**field(sort="asc"), "runningTotal": "HALF"}
    stage = boards(board(*fields), events=[half, final])
    assert log(ana, "SCORE", {"S": 3}).entries == ()
    (change,) = log(ana, "HALF", {"S": 1}).entries
    assert change.old is None
    log(bo, "HALF", {"S": 0})
    log(bo, "SCORE", {"S": 3})
    assert shown(stage) == [("Bo", {"S": 3, "HALF.S": 0}), ("Ana", {"S": 3, "HALF.S": 1})]
    log(ana, "SCORE", {"S": 4})
    assert shown(stage)[0] == ("Ana", {"S": 4, "HALF.S": 1})


def test_one_post_changes_one_entry_by_several_totals_of_its_event(
    boards: Boards, log: Log, ana: Player
) -> None:
    total = {"shortCode": "ALL", "event": "SCORE", "collectors": [{"attribute": "S", "calculation": "sum"}]}
    fields = field(sort="desc"), {**field(), "runningTotal": "ALL"}
    event = {"shortCode": "SCORE", "attributes": [{"shortCode": "S", "type": "number", "aggregation": "max"}]}
    stage = boards(board(*fields), events=[event], runningTotals=[total])
    for value in (5, 3):
        assert len(log(ana, "SCORE", {"S": value}).entries) == 1
    assert shown(stage) == [("Ana", {"S": 5, "SUM-S": 8})]


def test_boards_that_are_built_by_schedule_are_not_fed_by_posts(
    boards: Boards, score: Score, ana: Player
) -> None:
    boards(board(updateFrequency="daily"))
    assert score(ana, 1).entries == ()
    assert BoardInstance.objects.count() == 0


def test_a_board_that_is_emptied_counts_by_periods(boards: Boards, score: Score, ana: Player) -> None:
    stage = boards(board(resetFrequency="daily"))
    day = 86_400_000
    score(ana, 10)
    (change,) = score(ana, 4, after=day).entries
    assert (change.improved, change.old, change.new.values) == (True, None, {"S": 4})
    assert shown(stage) == [("Ana", {"S": 10})]
    tomorrow = instances.find(stage.pk, "HS", now=NOW_MS + day)
    assert tomorrow is not None
    assert [entry.values for entry in reading.top(tomorrow, 9)] == [{"S": 4}]
    assert instances.find(stage.pk, "HS", now=NOW_MS + 2 * day) is None


def test_a_challenge_s_list_is_fed_by_its_own_posts_alone_and_at_once(
    boards: Boards, score: Score, ana: Player
) -> None:
    stage = boards(board(updateFrequency="monthly", resetFrequency="daily"), board(code="OTHER"))
    (change,) = score(ana, 5, scope="c1", board="HS").entries
    assert (change.board_code, change.scope, change.new.values) == ("HS", "c1", {"S": 5})
    assert score(ana, 6, scope="c2").entries == ()
    assert shown(stage, scope="c1") == [("Ana", {"S": 5})]
    score(ana, 9)
    assert [row.code for row in BoardInstance.objects.filter(scope="")] == ["OTHER"]
    score(ana, 4, scope="c1", board="HS", after=86_400_000)
    assert shown(stage, scope="c1") == [("Ana", {"S": 5})]


def test_a_team_s_board_lists_the_teams_of_whoever_posts(
    boards: Boards, log: Log, ana: Player, bo: Player
) -> None:
    total = {
        "shortCode": "SQUAD_SCORE",
        "event": "SCORE",
        "teamType": "SQUAD",
        "collectors": [{"attribute": "S", "calculation": "sum"}],
    }
    stage = boards(
        board({**field(sort="desc"), "runningTotal": "SQUAD_SCORE"}, code="SQUAD_LB", teamType="SQUAD"),
        runningTotals=[total],
    )
    first = teams.make(TeamType("SQUAD"), ana, "First", "first")
    second = teams.make(TeamType("SQUAD"), bo, "Second", "second")
    teams.join(second, ana.pk)
    log(bo, "SCORE", {"S": 3, "LEFT": 0, "NOTE": ""})
    changes = log(ana, "SCORE", {"S": 10, "LEFT": 0, "NOTE": ""}).entries
    assert [each.owner for each in changes] == [Owner(team_pk=first.pk), Owner(team_pk=second.pk)]
    assert shown(stage, "SQUAD_LB") == [("Second", {"SUM-S": 13}), ("First", {"SUM-S": 10})]
    instance = instances.find(stage.pk, "SQUAD_LB")
    assert instance is not None
    entry = reading.entry_of(instance, Owner(team_pk=second.pk))
    assert entry is not None
    assert entry_document(entry, 1) == {
        "SUM-S": 13,
        "teamId": "second",
        "teamName": "Second",
        "when": "2026-11-27T11:00Z",
        "rank": 1,
    }


def test_a_player_s_entry_says_who_where_and_when(
    boards: Boards, score: Score, add_player: AddPlayer
) -> None:
    stage = boards(board())
    dan = add_player("dan", location={"city": "York", "country": "GB"}, external_ids={"FB": "1"})
    score(dan, 5)
    Player.objects.filter(pk=dan.pk).update(location={"city": "Leeds", "country": "GB"})
    score(dan, 4)
    instance = instances.find(stage.pk, "HS")
    assert instance is not None
    (entry,) = reading.top(instance, 1)
    assert entry_document(entry) == {
        "S": 5,
        "userId": dan.pk,
        "when": "2026-11-27T11:00Z",
        "city": "York",
        "country": "GB",
        "userName": "Dan",
        "externalIds": {"FB": "1"},
    }


def test_removed_entries_are_counted_no_more_and_come_back_with_the_next_post(
    boards: Boards, score: Score, ana: Player, bo: Player
) -> None:
    stage = boards(board())
    score(ana, 5)
    score(bo, 4)
    assert entries.remove(entries.of_owner(Owner(ana.pk))) == 1
    assert shown(stage) == [("Bo", {"S": 4})]
    (change,) = score(ana, 1).entries
    assert (change.old, change.standing.now, change.standing.count) == (None, 1, 2)


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_statements_does_not_depend_on_how_many_boards_there_are(
    boards: Boards, score: Score, ana: Player, many: int, django_assert_num_queries: Any
) -> None:
    boards(*[board(code=f"B{number}") for number in range(many)])
    score(ana, 1)
    with django_assert_num_queries(7):
        assert len(score(ana, 1).entries) == many
