"""Boards that are built and emptied by time (competition-rules.md §3.5)."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from competition.events.posting import Posted
from competition.leaderboards import addressing, building, emptying, keeping, listing, schedules, source
from competition.leaderboards.keeping import claim_due, take_step
from competition.leaderboards.schedules import SETTLED_MS, Keeper, write_down
from competition.leaderboards.views import Whole
from competition.models import BoardEntry, BoardInstance, BoardSchedule, PlayerAchievement, TotalRecord
from games.models import AuditEntry, Game, Stage
from messaging.models import PlayerMessage
from players.models import Player
from protocol.dates import parse_date
from protocol.run import Run
from tests.competition.events.conftest import NOW_MS
from tests.competition.leaderboards.conftest import board, country

Boards = Callable[..., Stage]
Score = Callable[..., Posted]
Log = Callable[..., Posted]
AddPlayer = Callable[..., Player]

DAILY = {"updateFrequency": "daily"}
EMPTIED = {"resetFrequency": "daily"}
DAY_MS = 86_400_000


def at(day: str) -> int:
    return parse_date(f"2026-{day}T00:00Z")


def work(now: int) -> int:
    """What a worker does at that time; how many schedules were due."""
    due = claim_due(now)
    for schedule_id in due:
        while take_step(Run(), schedule_id, now):
            pass
    return len(due)


def shown(stage: Stage, code: str) -> list[tuple[str, Any]] | None:
    """Who stands there with which values, the best first; None where there is no such list."""
    found = addressing.find(stage.pk, [code])
    if code not in found:
        return None
    instance = found[code].instance
    if instance is None:
        return []
    return [(each.entry.player.display_name, each.entry.values) for each in Whole(instance.pk).page(100)]


def test_a_build_is_made_at_the_boundary_and_the_one_before_still_answers(
    boards: Boards, score: Score, ana: Player, bo: Player
) -> None:
    stage = boards(board(**DAILY))
    write_down(stage.pk, NOW_MS)
    score(ana, 10)
    assert work(at("11-28") + SETTLED_MS - 1) == 0
    assert shown(stage, "HS") == []
    assert work(at("11-28") + SETTLED_MS) == 1
    first = [("Ana", {"S": 10})]
    assert shown(stage, "HS") == shown(stage, "HS.SCHEDULED.2026-11-28") == first
    score(bo, 20)
    assert shown(stage, "HS") == first
    assert work(at("11-28") + SETTLED_MS) == 0
    assert work(at("11-29") + SETTLED_MS) == 1
    second = [("Bo", {"S": 20}), ("Ana", {"S": 10})]
    assert shown(stage, "HS") == shown(stage, "HS.SCHEDULED.2026-11-29") == second
    assert shown(stage, "HS.SCHEDULED.2026-11-28") == first
    assert shown(stage, "HS.SCHEDULED.2026-11-30") is None
    assert [each["shortCode"] for each in listing.listed(stage.pk)] == [
        "HS",
        "HS.SCHEDULED.2026-11-29",
        "HS.SCHEDULED.2026-11-28",
    ]
    assert AuditEntry.objects.filter(action="leaderboard.built").count() == 2


def test_l13_a_month_later_only_scores_of_thirty_days_are_in_the_build(
    boards: Boards, log: Log, ana: Player, bo: Player
) -> None:
    by_day = {
        "shortCode": "HSD",
        "attributes": [
            {"shortCode": "SCORE", "type": "number", "aggregation": "max"},
            {"shortCode": "DAY", "type": "number", "aggregation": "grouped", "default": "${now}"},
        ],
    }
    last_days = {"op": "gte", "value": "${now - 30 * 24 * 60 * 60 * 1000}"}
    fields = (
        {"runningTotal": "HSBD", "collector": "SCORE", "sort": "desc", "group": "max"},
        {"runningTotal": "HSBD", "collector": "DAY", "group": "max", "filter": last_days},
    )
    total = {
        "shortCode": "HSBD",
        "event": "HSD",
        "groupBy": ["DAY"],
        "collectors": [{"attribute": "SCORE", "calculation": "max"}],
    }
    stage = boards(
        board(*fields, code="HSL30D", updateFrequency="monthly"), events=[by_day], runningTotals=[total]
    )
    write_down(stage.pk, NOW_MS)
    boundary = at("12-01")
    old, new = boundary - 31 * DAY_MS, boundary - 29 * DAY_MS
    log(ana, "HSD", {"SCORE": 900, "DAY": old})
    log(ana, "HSD", {"SCORE": 50, "DAY": new})
    log(bo, "HSD", {"SCORE": 800, "DAY": old})
    assert work(boundary + SETTLED_MS) == 1
    expected = [("Ana", {"MAX-SCORE": 50, "DAY": new})]
    assert shown(stage, "HSL30D.SCHEDULED.2026-12-01") == expected
    assert "HSL30D.SCHEDULED.2026-12-01" in [each["shortCode"] for each in listing.listed(stage.pk)]
    assert work(parse_date("2027-01-01T00:00Z") + SETTLED_MS) == 1
    assert shown(stage, "HSL30D") == []
    assert shown(stage, "HSL30D.SCHEDULED.2026-12-01") == expected


def test_boundaries_that_passed_without_a_worker_are_made_up_once_each(
    boards: Boards, score: Score, ana: Player
) -> None:
    stage = boards(board(**DAILY))
    write_down(stage.pk, NOW_MS)
    score(ana, 10)
    assert work(at("12-01") + SETTLED_MS) == 1
    assert list(BoardInstance.objects.order_by("build").values_list("build", flat=True)) == [
        "2026-11-28",
        "2026-11-29",
        "2026-11-30",
        "2026-12-01",
    ]
    assert work(at("12-01") + SETTLED_MS) == 0
    assert BoardEntry.objects.count() == 4


def test_of_many_missed_builds_the_latest_are_made_up(
    boards: Boards, score: Score, ana: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "MOST_MADE_UP", 2)
    stage = boards(board(**DAILY))
    write_down(stage.pk, NOW_MS)
    score(ana, 10)
    work(at("12-20") + SETTLED_MS)
    assert sorted(BoardInstance.objects.values_list("build", flat=True)) == ["2026-12-19", "2026-12-20"]


@pytest.mark.parametrize("group", ["none", "id", "partition"])
def test_a_build_that_is_cut_off_anywhere_goes_on_where_it_was(
    group: str,
    boards: Boards,
    log: Log,
    add_player: AddPlayer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each step by another worker, the one before having died with its claim."""
    monkeypatch.setattr(source, "RECORDS_AT_ONCE", 2)
    fields = (country(sort="desc", group="max"), country("COUNTRY", group=group))
    stage = boards(board(*fields, **DAILY))
    write_down(stage.pk, NOW_MS)
    for number in range(5):
        player = add_player(f"p{number}")
        for place, name in enumerate(("UK", "US", "FR")[: 1 + number % 3]):
            log(player, "HSWC", {"SCORE": number * 10 + place, "COUNTRY": name})
    now = at("11-28") + SETTLED_MS
    steps = 0
    while due := claim_due(now):
        assert shown(stage, "HS") == []
        assert shown(stage, "HS.SCHEDULED.2026-11-28") is None
        assert shown(stage, "HS.COUNTRY.UK.SCHEDULED.2026-11-28") is None
        take_step(Run(), due[0], now)
        now += keeping.CLAIMED_MS
        steps += 1
    assert steps > 4
    codes = {row.code for row in BoardInstance.objects.all()}
    if group == "partition":
        assert codes == {f"HS.COUNTRY.{name}.SCHEDULED.2026-11-28" for name in ("UK", "US", "FR")}
        assert shown(stage, "HS.COUNTRY.US") == [
            ("P4", {"SCORE": 41, "COUNTRY": "US"}),
            ("P2", {"SCORE": 21, "COUNTRY": "US"}),
            ("P1", {"SCORE": 11, "COUNTRY": "US"}),
        ]
        assert shown(stage, "HS") == []
        assert [each["shortCode"] for each in listing.listed(stage.pk)] == ["HS"]
    else:
        assert codes == {"HS.SCHEDULED.2026-11-28"}
        names = [name for name, _ in shown(stage, "HS") or []]
        one_each = ["P4", "P3", "P2", "P1", "P0"]
        each_country = ["P4", "P4", "P3", "P2", "P2", "P2", "P1", "P1", "P0"]
        assert names == (each_country if group == "id" else one_each)


def test_achievements_are_earned_when_the_board_is_built(
    boards: Boards, score: Score, add_player: AddPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "AWARDS_AT_ONCE", 2)
    first = {"data": "globalRank", "op": "lte", "value": 2}
    achievement = {"shortCode": "TOP", "leaderboard": "HS", "triggers": [first]}
    stage = boards(board(**DAILY), achievements=[achievement])
    write_down(stage.pk, NOW_MS)
    for number in range(5):
        score(add_player(f"p{number}"), number)
    earned = PlayerAchievement.objects.order_by("player__display_name")
    assert earned.count() == 0
    work(at("11-28") + SETTLED_MS)
    assert list(earned.values_list("player__display_name", "code")) == [("P3", "TOP"), ("P4", "TOP")]
    told = PlayerMessage.objects.order_by("player__display_name").values_list(
        "player__display_name", flat=True
    )
    assert list(told) == ["P3", "P4"]
    work(at("11-29") + SETTLED_MS)
    assert PlayerMessage.objects.count() == 2


def test_who_keeps_a_score_stays_before_those_who_come_to_it_later(
    boards: Boards, score: Score, add_player: AddPlayer
) -> None:
    stage = boards(board(**DAILY))
    write_down(stage.pk, NOW_MS)
    later, first = add_player("later", id="a" * 24), add_player("first", id="b" * 24)
    score(first, 10)
    score(later, 5)
    work(at("11-28") + SETTLED_MS)
    score(later, 10)
    work(at("11-29") + SETTLED_MS)
    assert [name for name, _ in shown(stage, "HS") or []] == ["First", "Later"]


def test_a_board_is_empty_from_the_boundary_on_and_what_it_held_is_removed(
    boards: Boards, score: Score, ana: Player, bo: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = boards(board(**EMPTIED), board(code="EVER"))
    write_down(stage.pk, NOW_MS)
    score(ana, 10)
    monkeypatch.setattr(addressing, "now_ms", lambda: NOW_MS)
    assert shown(stage, "HS") == [("Ana", {"S": 10})]
    monkeypatch.setattr(addressing, "now_ms", lambda: at("11-28"))
    assert shown(stage, "HS") == []
    score(bo, 3, after=at("11-28") - NOW_MS)
    assert shown(stage, "HS") == [("Bo", {"S": 3})]
    assert work(at("11-28") + SETTLED_MS) == 1
    assert shown(stage, "HS") == [("Bo", {"S": 3})]
    assert shown(stage, "EVER") == [("Ana", {"S": 10}), ("Bo", {"S": 3})]
    periods = BoardInstance.objects.filter(board="HS").values_list("period", flat=True)
    assert list(periods) == ["2026-11-28"]
    totals = TotalRecord.objects.order_by("period", "player__display_name")
    assert list(totals.values_list("period", "player__display_name")) == [
        ("", "Ana"),
        ("", "Bo"),
        ("daily 2026-11-28", "Bo"),
    ]
    (entry,) = AuditEntry.objects.filter(action="leaderboard.emptied")
    assert (entry.target, entry.detail["entries"]) == ("HS", 1)


def test_a_score_of_the_period_before_does_not_count_in_the_new_one(
    boards: Boards, score: Score, ana: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = boards(board(**EMPTIED))
    score(ana, 10)
    score(ana, 3, after=at("11-28") - NOW_MS)
    monkeypatch.setattr(addressing, "now_ms", lambda: at("11-28"))
    assert shown(stage, "HS") == [("Ana", {"S": 3})]


def test_a_partition_that_was_emptied_stays_known(
    boards: Boards, log: Log, ana: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = (country(sort="desc", group="max"), country("COUNTRY", group="partition"))
    stage = boards(board(*fields, **EMPTIED))
    write_down(stage.pk, NOW_MS)
    log(ana, "HSWC", {"SCORE": 1, "COUNTRY": "UK"})
    work(at("11-29") + SETTLED_MS)
    assert (shown(stage, "HS.COUNTRY.UK"), shown(stage, "HS.COUNTRY.US")) == ([], None)
    assert (BoardEntry.objects.count(), TotalRecord.objects.exclude(period="").count()) == (0, 0)


def test_what_is_emptied_is_built_first(
    boards: Boards, score: Score, ana: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emptying, "ROWS_AT_ONCE", 1)
    stage = boards(board(**DAILY, **EMPTIED))
    write_down(stage.pk, NOW_MS)
    score(ana, 10)
    score(ana, 7, after=at("11-28") - NOW_MS)
    now = at("11-28") + SETTLED_MS
    (reset,) = BoardSchedule.objects.filter(task="reset")
    assert not take_step(Run(), reset.pk, now)
    assert TotalRecord.objects.filter(period="daily 2026-11-27").count() == 1
    build = BoardSchedule.objects.get(task="build")
    while take_step(Run(), build.pk, now):
        pass
    assert shown(stage, "HS") == [("Ana", {"S": 10})]
    assert work(now + keeping.LOOK_AGAIN_MS) == 1
    left = TotalRecord.objects.order_by("period").values_list("period", flat=True)
    assert list(left) == ["", "daily 2026-11-28"]
    assert shown(stage, "HS") == [("Ana", {"S": 10})]


def test_a_changed_frequency_counts_from_the_change_on(boards: Boards) -> None:
    stage = boards(board(updateFrequency="monthly"))
    write_down(stage.pk, NOW_MS)
    boards(board(**DAILY))
    write_down(stage.pk, NOW_MS)
    row = BoardSchedule.objects.get()
    assert (row.frequency, row.boundary_ms, row.due_ms) == ("daily", at("11-27"), at("11-28") + SETTLED_MS)
    boards(board())
    write_down(stage.pk, NOW_MS)
    assert work(at("12-27")) == 0
    assert BoardSchedule.objects.get().due_ms is None


def test_the_keeper_writes_down_what_changed(boards: Boards, stage: Stage) -> None:
    keeper = Keeper()
    keeper.keep(NOW_MS)
    assert BoardSchedule.objects.count() == 0
    boards(board(**DAILY))
    keeper.keep(NOW_MS)
    assert BoardSchedule.objects.count() == 0
    Stage.objects.filter(pk=stage.pk).update(version=99)
    keeper.keep(NOW_MS)
    assert [row.board for row in BoardSchedule.objects.all()] == ["HS"]


def test_a_stage_that_is_gone_since_it_was_listed_is_nobody_s_fault(
    boards: Boards, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stage = boards(board(**DAILY))
    monkeypatch.setattr(schedules.configs, "refresh", lambda stage_ids: Game.objects.all().delete())
    with caplog.at_level(logging.ERROR):
        Keeper().keep(NOW_MS)
    assert (caplog.messages, BoardSchedule.objects.count()) == ([], 0)
    assert not Stage.objects.filter(pk=stage.pk).exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_build_once(
    boards: Boards, score: Score, add_player: AddPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if both believe that it is theirs."""
    monkeypatch.setattr(source, "RECORDS_AT_ONCE", 2)
    stage = boards(board(**DAILY))
    write_down(stage.pk, NOW_MS)
    for number in range(9):
        score(add_player(f"p{number}"), number)
    (schedule,) = BoardSchedule.objects.all()
    now = at("11-28") + SETTLED_MS

    def worker(_: int) -> int:
        try:
            steps = 1
            while take_step(Run(), schedule.pk, now):
                steps += 1
            return steps
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2, initializer=Barrier(2).wait) as threads:
        steps = list(threads.map(worker, range(2)))
    assert sum(steps) >= 6
    assert len(shown(stage, "HS") or []) == BoardEntry.objects.count() == 9
    assert AuditEntry.objects.filter(action="leaderboard.built").count() == 1


def test_a_claimed_schedule_is_passed_over_until_the_claim_ends(boards: Boards) -> None:
    stage = boards(board(**DAILY))
    write_down(stage.pk, NOW_MS)
    now = at("11-28") + SETTLED_MS
    assert (len(claim_due(now)), len(claim_due(now))) == (1, 0)
    assert len(claim_due(now + keeping.CLAIMED_MS)) == 1
    assert stage.pk


def test_what_a_board_held_goes_though_it_is_emptied_no_more(
    boards: Boards, score: Score, ana: Player, bo: Player
) -> None:
    """Once the last period of its former frequency ends. Another board on the total keeps its own."""
    weekly = board(code="WEEKLY", resetFrequency="weekly")
    stage = boards(board(**EMPTIED), weekly)
    write_down(stage.pk, NOW_MS)
    score(ana, 10)
    boards(board(), weekly)
    write_down(stage.pk, NOW_MS)
    score(bo, 5)
    assert BoardEntry.objects.filter(instance__period="2026-11-27").count() == 1
    assert work(at("11-28") + SETTLED_MS - 1) == 0
    assert work(at("11-28") + SETTLED_MS) == 1
    lists = BoardInstance.objects.order_by("board", "period").values_list("board", "period")
    assert list(lists) == [("HS", ""), ("WEEKLY", "2026-11-23")]
    assert set(TotalRecord.objects.values_list("period", flat=True)) == {"", "weekly 2026-11-23"}
    assert [name for name, _ in shown(stage, "HS") or []] == ["Bo"]
    assert BoardSchedule.objects.get(board="HS").due_ms is None
    assert AuditEntry.objects.filter(action="leaderboard.emptied", target="HS").count() == 1
    assert work(at("11-29") + SETTLED_MS) == 0


@pytest.mark.parametrize(("before", "after"), [("daily", "monthly"), ("monthly", "daily")])
def test_what_was_counted_by_a_former_frequency_goes_with_the_next_period(
    before: str, after: str, boards: Boards, score: Score, ana: Player
) -> None:
    stage = boards(board(resetFrequency=before))
    write_down(stage.pk, NOW_MS)
    score(ana, 10)
    boards(board(resetFrequency=after))
    write_down(stage.pk, NOW_MS)
    score(ana, 3)
    assert len({row.period.split()[0] for row in TotalRecord.objects.exclude(period="")}) == 2
    boundary = at("11-28") if after == "daily" else at("12-01")
    score(ana, 4, after=boundary - NOW_MS)
    work(boundary + SETTLED_MS)
    (period,) = TotalRecord.objects.exclude(period="").values_list("period", flat=True)
    assert period == f"{after} {'2026-11-28' if after == 'daily' else '2026-12-01'}"
    (left,) = BoardInstance.objects.values_list("period", flat=True)
    assert left == period.split()[1]


def test_a_board_that_is_gone_from_the_configuration_keeps_what_it_held(
    boards: Boards, score: Score, ana: Player
) -> None:
    """It may come back with the next import."""
    stage = boards(board(**EMPTIED))
    write_down(stage.pk, NOW_MS)
    score(ana, 10)
    boards()
    write_down(stage.pk, NOW_MS)
    assert (work(at("11-29")), BoardEntry.objects.count()) == (0, 1)
