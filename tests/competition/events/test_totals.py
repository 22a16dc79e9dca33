"""Running totals by competition-rules.md §2: what is counted, for whom, and in which records."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from competition import teams
from competition.events.posting import Posted
from competition.events.types import event_type
from competition.models import PostRecord, TotalRecord
from competition.owners import Owner
from games.models import Stage
from players.models import Player
from protocol.errors import RequestError
from tests.competition.events.configured import event, total
from tests.competition.events.conftest import NOW_MS

pytestmark = pytest.mark.django_db

Configure = Callable[..., Stage]
Log = Callable[..., Posted]


def records() -> list[tuple[Any, ...]]:
    """Total, owner, group and values of each record, the oldest first."""
    rows = TotalRecord.objects.select_related("player", "team").order_by("id")
    return [
        (row.total, str(row.player or row.team), json.loads(row.grouped), json.loads(row.counted))
        for row in rows
    ]


def test_each_aggregation_of_an_events_own_total(configure: Configure, log: Log, ana: Player) -> None:
    kinds = ("max", "min", "sum", "count", "last", "supplemental")
    configure(events=[event(*((kind.upper(), "number", kind) for kind in kinds), ("X", "number", "script"))])
    for value in (5, 9, 2):
        log(ana, "SCORE", {**{kind.upper(): value for kind in kinds}, "X": 1})
    values = {"MAX": 9, "MIN": 2, "SUM": 16, "COUNT": 3, "LAST": 2, "SUPPLEMENTAL": 2}
    assert records() == [("SCORE", "Ana", {}, values)]


def test_a_post_says_what_it_changed(configure: Configure, log: Log, ana: Player) -> None:
    configure(events=[event(("S", "number", "max"))])
    (first,) = log(ana, "SCORE", {"S": 5}).totals
    (second,) = log(ana, "SCORE", {"S": 3}).totals
    assert (first.total, first.owner, first.group) == ("SCORE", Owner(player_id=ana.pk), {})
    assert (first.before, first.after, first.posted) == (None, {"S": 5}, {"S": 5})
    assert (second.before, second.after, second.posted) == ({"S": 5}, {"S": 5}, {"S": 3})


def test_an_event_for_scripts_alone_is_not_counted(configure: Configure, log: Log, ana: Player) -> None:
    configure(events=[event(("S", "number", "script")), {"shortCode": "PING"}])
    assert log(ana, "SCORE", {"S": 5}).totals == ()
    assert log(ana, "PING", {}).totals == ()
    assert records() == []


def test_every_total_of_an_event_is_counted_on_each_post(configure: Configure, log: Log, ana: Player) -> None:
    totals = [total("ALL", ("S", "sum")), total("BEST", ("S", "max"), ("S", "min"))]
    configure(events=[event(("S", "number", "last"))], runningTotals=totals)
    for value in (4, 6):
        log(ana, "SCORE", {"S": value})
    assert records() == [
        ("SCORE", "Ana", {}, {"S": 6}),
        ("ALL", "Ana", {}, {"SUM-S": 10}),
        ("BEST", "Ana", {}, {"MAX-S": 6, "MIN-S": 4}),
    ]


def test_a_total_without_collectors_has_no_data(configure: Configure, log: Log, ana: Player) -> None:
    configure(events=[event(("S", "number", "script"))], runningTotals=[total("RT")])
    assert log(ana, "SCORE", {"S": 4}).totals == ()


def test_a_collector_ignores_what_its_filter_refuses(configure: Configure, log: Log, ana: Player) -> None:
    """The total's other collectors still count it; if all refuse, the record is untouched (§2.2)."""
    totals = [total("RT", ("S", "sum", "gt", 10), ("S", "count", "lt", 100))]
    configure(events=[event(("S", "number", "script"), ("T", "number", "script"))], runningTotals=totals)
    log(ana, "SCORE", {"S": 5})
    log(ana, "SCORE", {"S": 50})
    assert records() == [("RT", "Ana", {}, {"COUNT-S": 2, "SUM-S": 50})]
    log(ana, "SCORE", {"S": 200})
    assert records() == [("RT", "Ana", {}, {"COUNT-S": 2, "SUM-S": 250})]
    configure(runningTotals=[total("RT", ("S", "sum", "gt", 1000))])
    assert log(ana, "SCORE", {"S": 7}).totals == ()
    assert records() == [("RT", "Ana", {}, {"COUNT-S": 2, "SUM-S": 250})]


def test_a_filter_is_computed_when_the_post_arrives(configure: Configure, log: Log, ana: Player) -> None:
    totals = [total("RT", ("DAY", "max", "gte", "${now - 30 * 24 * 60 * 60 * 1000}"))]
    configure(events=[event(("DAY", "number", "script"))], runningTotals=totals)
    assert log(ana, "SCORE", {"DAY": NOW_MS - 31 * 86_400_000}).totals == ()
    log(ana, "SCORE", {"DAY": NOW_MS - 29 * 86_400_000})
    assert records() == [("RT", "Ana", {}, {"MAX-DAY": NOW_MS - 29 * 86_400_000})]


def test_a_group_has_a_record_for_each_of_its_values(configure: Configure, log: Log, ana: Player) -> None:
    grouped = event(("S", "number", "max"), ("LEVEL", "number", "grouped"), ("MAP", "string", "grouped"))
    configure(events=[grouped])
    for level, place, score in ((1, "a", 5), (2, "a", 6), (1, "b", 7), (1, "a", 8)):
        (change,) = log(ana, "SCORE", {"S": score, "LEVEL": level, "MAP": place}).totals
        assert change.group == {"LEVEL": level, "MAP": place}
    assert records() == [
        ("SCORE", "Ana", {"LEVEL": 1, "MAP": "a"}, {"S": 8}),
        ("SCORE", "Ana", {"LEVEL": 2, "MAP": "a"}, {"S": 6}),
        ("SCORE", "Ana", {"LEVEL": 1, "MAP": "b"}, {"S": 7}),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", 1),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}),
        ("x" * 1000, "x" * 1001),
        ("ä" * 100, "ö" * 100),
        (["a", "b"], ["a,b"]),
    ],
)
def test_unequal_groups_are_kept_apart(
    configure: Configure, log: Log, ana: Player, one: Any, other: Any
) -> None:
    configure(events=[event(("S", "number", "sum"), ("G", "json", "grouped"))])
    for group in (one, other, one):
        log(ana, "SCORE", {"S": 1, "G": group})
    assert [(row[2], row[3]) for row in records()] == [({"G": one}, {"S": 2}), ({"G": other}, {"S": 1})]


def test_equal_groups_are_one_whatever_the_order_of_their_keys(
    configure: Configure, log: Log, ana: Player
) -> None:
    configure(events=[event(("S", "number", "sum"), ("G", "json", "grouped"))])
    log(ana, "SCORE", {"S": 1, "G": {"a": 1, "b": 2}})
    log(ana, "SCORE", {"S": 1, "G": {"b": 2, "a": 1}})
    assert [row[3] for row in records()] == [{"S": 2}]


def test_a_team_total_counts_in_each_of_the_players_teams(
    configure: Configure, log: Log, ana: Player, bo: Player
) -> None:
    totals = [total("RT", ("S", "sum"), teamType="TEAM")]
    configure(events=[event(("S", "number", "script"))], runningTotals=totals)
    log(ana, "SCORE", {"S": 1})
    _, two = (teams.create(ana.pk, "TEAM", name, name) for name in ("one", "two"))
    teams.create(ana.pk, "CLAN", "of another type", None)
    teams.join(two, bo.pk)
    log(ana, "SCORE", {"S": 10})
    changes = log(bo, "SCORE", {"S": 100}).totals
    assert [change.owner for change in changes] == [Owner(team_pk=two.pk)]
    assert records() == [("RT", "one", {}, {"SUM-S": 10}), ("RT", "two", {}, {"SUM-S": 110})]
    teams.leave(two, bo.pk)
    log(bo, "SCORE", {"S": 1000})
    assert records() == [("RT", "one", {}, {"SUM-S": 10}), ("RT", "two", {}, {"SUM-S": 110})]


def test_a_challenges_posts_count_for_themselves(configure: Configure, log: Log, ana: Player) -> None:
    configure(events=[event(("S", "number", "sum"))])
    log(ana, "SCORE", {"S": 1})
    for challenge in ("c1", "c2", "c1"):
        (change,) = log(ana, "SCORE", {"S": 10}, scope=challenge, board="HS").totals
        assert change.reset == "never"
    assert log(ana, "SCORE", {"S": 100}, scope="c1").totals == ()
    rows = TotalRecord.objects.order_by("scope").values_list("scope", "counted")
    assert list(rows) == [("", '{"S":1}'), ("c1", '{"S":20}'), ("c2", '{"S":10}')]


def test_totals_of_a_stage_are_its_own(configure: Configure, log: Log, ana: Player) -> None:
    stage = configure(events=[event(("S", "number", "sum"))])
    log(ana, "SCORE", {"S": 1})
    assert [row.stage for row in TotalRecord.objects.all()] == [stage]


def test_a_deleted_player_takes_the_records_along(configure: Configure, log: Log, ana: Player) -> None:
    configure(events=[event(("S", "number", "sum"))])
    log(ana, "SCORE", {"S": 1})
    ana.delete()
    assert (TotalRecord.objects.count(), PostRecord.objects.count()) == (0, 0)


def test_a_post_of_a_player_who_is_gone_is_refused(configure: Configure, log: Log, ana: Player) -> None:
    configure(events=[event(("S", "number", "sum"))])
    Player.objects.filter(pk=ana.pk).delete()
    with pytest.raises(RequestError) as refused:
        log(ana, "SCORE", {"S": 1})
    assert refused.value.fields == {"playerId": "INVALID"}


def test_a_record_goes_on_when_the_attributes_kind_changed(
    configure: Configure, log: Log, ana: Player
) -> None:
    configure(events=[event(("S", "number", "max"))])
    log(ana, "SCORE", {"S": 9})
    configure(events=[event(("S", "string", "max"))])
    for value in ("b", "a"):
        log(ana, "SCORE", {"S": value})
    assert records() == [("SCORE", "Ana", {}, {"S": "b"})]


@pytest.mark.parametrize("count", [1, 3])
def test_a_post_asks_as_much_for_three_totals_as_for_one(
    configure: Configure, log: Log, ana: Player, django_assert_num_queries: Any, count: int
) -> None:
    totals = [total(f"RT{number}", ("S", "sum")) for number in range(count)]
    stage = configure(events=[event(("S", "number", "script"))], runningTotals=totals)
    log(ana, "SCORE", {"S": 1})
    assert event_type(stage.pk, "SCORE") is not None
    with django_assert_num_queries(6):  # savepoint, player, records, update, what came of it, savepoint
        log(ana, "SCORE", {"S": 2})


def board(code: str, reset: str) -> dict[str, Any]:
    field = {"runningTotal": "SCORE", "collector": "S", "sort": "desc"}
    return {"shortCode": code, "resetFrequency": reset, "fields": [field]}


def test_what_leaderboards_are_emptied_of_is_counted_by_their_periods_as_well(
    configure: Configure, log: Log, ana: Player
) -> None:
    """A day and a week may begin on one date, and are two periods; what nobody empties goes on (§3.5.2)."""
    boards = [board(code, reset) for code, reset in (("D", "daily"), ("W", "weekly"), ("D2", "daily"))]
    configure(events=[event(("S", "number", "sum"))], leaderboards=[*boards, board("N", "never")])
    monday = NOW_MS + 3 * 86_400_000
    for at_ms in (NOW_MS, NOW_MS + 86_400_000, monday, monday + 1):
        changes = log(ana, "SCORE", {"S": 1}, at_ms=at_ms).totals
    assert [(change.reset, change.period, change.after) for change in changes] == [
        ("never", "", {"S": 4}),
        ("daily", "2026-11-30", {"S": 2}),
        ("weekly", "2026-11-30", {"S": 2}),
    ]
    assert list(TotalRecord.objects.order_by("period").values_list("period", "counted")) == [
        ("", '{"S":4}'),
        ("daily 2026-11-27", '{"S":1}'),
        ("daily 2026-11-28", '{"S":1}'),
        ("daily 2026-11-30", '{"S":2}'),
        ("weekly 2026-11-23", '{"S":2}'),
        ("weekly 2026-11-30", '{"S":2}'),
    ]
