"""Achievements by triggers on leaderboards (competition-rules.md §4.2 to §4.4)."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from competition.achievements import holding, triggers
from competition.achievements.data import RANKS
from competition.events.posting import Posted
from competition.goods import balances
from competition.models import PlayerAchievement, PostRecord, Transaction
from games.models import Stage
from messaging.models import PlayerMessage
from players import friends
from players.models import Player
from protocol.run import Run
from tests.competition.achievements.conftest import achievement, trigger
from tests.competition.at_once import at_once
from tests.competition.events.conftest import NOW_MS
from tests.competition.leaderboards.conftest import board, country, field

pytestmark = pytest.mark.django_db

Boards = Callable[..., Stage]
Score = Callable[..., Posted]
AddPlayer = Callable[..., Player]

SIX = [100] * 6


def codes(posted: Posted) -> list[str]:
    return [each.achievement for each in posted.earned]


def messages(player: Player, message_class: str = "AchievementEarnedMessage") -> list[dict[str, Any]]:
    rows = PlayerMessage.objects.filter(player=player).order_by("id")
    documents = [json.loads(row.document) for row in rows]
    return [each for each in documents if each["@class"] == f".{message_class}"]


def test_an_entry_that_triggers_an_achievement_brings_what_it_awards(
    boards: Boards, score: Score, ana: Player
) -> None:
    boards(board(), achievements=[achievement("HS_ACH", trigger("SCORE.S", "gte", 100), currencyAwards=SIX)])
    assert codes(score(ana, 99)) == []
    posted = score(ana, 100)
    (earned,) = posted.earned
    assert (earned.achievement, earned.owner.player_id, earned.player_ids) == ("HS_ACH", ana.pk, (ana.pk,))
    assert earned.entry == posted.entries[0]
    assert holding.codes_of(ana.pk) == ["HS_ACH"]
    assert balances.balances(ana.pk) == dict.fromkeys(range(1, 7), 100)
    (message,) = messages(ana)
    assert {key: message[key] for key in message if "urrency" in key or "chievement" in key[:11]} == {
        "achievementName": "The HS_ACH",
        "achievementShortCode": "HS_ACH",
        **{f"currency{number}Earned": "100" for number in range(1, 7)},
    }


def test_an_achievement_is_earned_once_unless_it_is_repeatable(
    boards: Boards, score: Score, ana: Player
) -> None:
    once = achievement("ONCE", trigger("SCORE.S", "gte", 100), currencyAwards=SIX)
    again = achievement("AGAIN", trigger("SCORE.S", "gte", 100), currencyAwards=SIX, repeatable=True)
    boards(board(), achievements=[once, again])
    assert codes(score(ana, 100)) == ["AGAIN", "ONCE"]
    assert codes(score(ana, 200)) == ["AGAIN"]
    assert PlayerAchievement.objects.get(code="AGAIN").times == 2
    assert balances.balances(ana.pk)[1] == 300
    assert len(messages(ana)) == 3


def test_what_stands_on_the_board_counts_though_the_post_was_worse(
    boards: Boards, score: Score, ana: Player
) -> None:
    """§4.3: 100 that stays after a post of 50 still counts as 100."""
    boards(board())
    score(ana, 100)
    boards(board(), achievements=[achievement("ACH", trigger("SCORE.S", "gte", 100))])
    assert codes(score(ana, 50)) == ["ACH"]


@pytest.mark.parametrize(("value", "earns"), [(500, False), (501, True), (599, True), (600, False)])
def test_all_triggers_must_hold(boards: Boards, score: Score, ana: Player, value: int, earns: bool) -> None:
    both = [trigger("SCORE.S", "gt", 500), trigger("SCORE.S", "lt", 600)]
    boards(board(), achievements=[achievement("ACH", *both)])
    assert codes(score(ana, value)) == (["ACH"] if earns else [])


def test_every_post_holds_a_trigger_that_lets_everything_pass(
    boards: Boards, score: Score, ana: Player
) -> None:
    boards(board(), achievements=[achievement("ACH", trigger("SCORE.S", "any", 700))])
    assert codes(score(ana, 1)) == ["ACH"]


def test_only_the_board_of_an_achievement_triggers_it(boards: Boards, score: Score, ana: Player) -> None:
    elsewhere = {**achievement("ACH", trigger("SCORE.S", "any")), "leaderboard": "OTHER"}
    boards(
        board(),
        board(field("S", "desc", filter={"op": "gt", "value": 5}), code="OTHER"),
        achievements=[elsewhere, achievement("BY_CALL")],
    )
    assert codes(score(ana, 1)) == []
    assert codes(score(ana, 6)) == ["ACH"]


def test_a_custom_total_is_named_by_its_calculation(boards: Boards, score: Score, ana: Player) -> None:
    total = {
        "shortCode": "RT",
        "event": "SCORE",
        "collectors": [
            {"attribute": "S", "calculation": "sum"},
            {"attribute": "S", "calculation": "max", "filter": {"op": "gt", "value": 10}},
        ],
    }
    fields = [
        {"runningTotal": "RT", "collector": "S", "calculation": "sum", "sort": "desc"},
        {"runningTotal": "RT", "collector": "S", "calculation": "max"},
    ]
    names = ("RT.SUM-S", "RT.SUM-S-all", "RT.MAX-S", "RT.MAX-S-gt-10")
    items = [achievement(f"A{place}", trigger(name, "gte", 20)) for place, name in enumerate(names)]
    boards(board(*fields), runningTotals=[total], achievements=items)
    assert codes(score(ana, 15)) == []
    assert codes(score(ana, 5)) == ["A0", "A1"]
    assert codes(score(ana, 20)) == ["A2", "A3"]


def test_an_entry_of_a_partition_triggers_its_board_s_achievements(
    boards: Boards, log: Callable[..., Posted], ana: Player
) -> None:
    by_country = board(country(sort="desc"), country("COUNTRY", group="partition"), code="HS")
    items = [
        achievement("UK", trigger("HSWC.COUNTRY", "eq", "UK")),
        achievement("US", trigger("HSWC.COUNTRY", "eq", "US")),
    ]
    boards(by_country, achievements=items)
    assert codes(log(ana, "HSWC", {"SCORE": 1, "COUNTRY": "UK"})) == ["UK"]
    assert codes(log(ana, "HSWC", {"SCORE": 1, "COUNTRY": "US"})) == ["US"]


# --- ranks -------------------------------------------------------------------------------------------------


def values_of(posted: Posted) -> dict[str, Any]:
    return {name: read(posted.entries[0]) for name, read in RANKS.items()}


def test_ranks_new_old_and_gained(
    boards: Boards, score: Score, ana: Player, bo: Player, add_player: AddPlayer
) -> None:
    boards(board())
    friends.link(ana.pk, [bo.pk], friends.SERVER)
    for place, name in enumerate(("cy", "di")):
        score(add_player(name), 50, after=place)
    score(bo, 40)
    first = values_of(score(ana, 10))
    assert first == {
        "globalRank": 4,
        "oldGlobalRank": None,
        "globalRankChange": None,
        "globalPercentRank": 100,
        "oldGlobalPercentRank": None,
        "globalPercentRankChange": None,
        "socialRank": 2,
        "oldSocialRank": None,
        "socialRankChange": None,
        "socialPercentRank": 100,
        "oldSocialPercentRank": None,
        "socialPercentRankChange": None,
    }
    assert values_of(score(ana, 60)) == {
        "globalRank": 1,
        "oldGlobalRank": 4,
        "globalRankChange": 3,
        "globalPercentRank": 25,
        "oldGlobalPercentRank": 100,
        "globalPercentRankChange": 75,
        "socialRank": 1,
        "oldSocialRank": 2,
        "socialRankChange": 1,
        "socialPercentRank": 50,
        "oldSocialPercentRank": 100,
        "socialPercentRankChange": 50,
    }


@pytest.mark.parametrize("name", ["oldGlobalRank", "globalRankChange", "socialRank", "socialRankChange"])
@pytest.mark.parametrize("op", ["any", "ne", "gte"])
def test_a_rank_that_there_is_not_holds_no_trigger(
    boards: Boards, score: Score, ana: Player, name: str, op: str
) -> None:
    boards(board(), achievements=[achievement("ACH", trigger(name, op, -1))])
    assert codes(score(ana, 10)) == []


def test_a_rank_triggers_an_achievement(boards: Boards, score: Score, ana: Player, bo: Player) -> None:
    top = achievement("TOP", trigger("globalRank", "eq", 1), trigger("globalRankChange", "gte", 1))
    boards(board(), achievements=[top])
    score(bo, 50)
    assert codes(score(ana, 10)) == []
    assert codes(score(ana, 60)) == ["TOP"]
    assert codes(score(bo, 70)) == ["TOP"]


# --- challenges, and what is asked about a post ------------------------------------------------------------


def test_a_challenge_s_board_triggers_and_says_so_of_what_was_earned_before(
    boards: Boards, score: Score, ana: Player, bo: Player
) -> None:
    stage = boards(board(), achievements=[achievement("ACH", trigger("SCORE.S", "gte", 100))])
    assert codes(score(bo, 100, scope="duel", board="HS")) == ["ACH"]
    score(ana, 100)
    posted = score(ana, 150, scope="duel", board="HS")
    (entry,) = posted.entries
    assert (codes(posted), triggers.holds(stage.pk, "ACH", entry, NOW_MS)) == ([], True)
    (low,) = score(ana, 50, scope="other", board="HS").entries
    assert not triggers.holds(stage.pk, "ACH", low, NOW_MS)
    assert not triggers.holds(stage.pk, "NONE", entry, NOW_MS)


def test_a_post_s_record_says_why_an_achievement_was_not_earned(
    boards: Boards, score: Score, ana: Player
) -> None:
    items = [
        achievement("HIGH", trigger("SCORE.S", "gte", 100)),
        achievement("LOW", trigger("SCORE.S", "gte", 1)),
        achievement("OLD", trigger("oldGlobalRank", "any")),
    ]
    boards(board(), achievements=items)

    def tried(posted: Posted) -> list[tuple[Any, ...]]:
        story = json.loads(PostRecord.objects.get(pk=posted.record_id).story)
        return [(each["achievement"], each["earned"], each["why"]) for each in story["achievements"]]

    assert tried(score(ana, 5)) == [
        ("LOW", True, ""),
        ("HIGH", False, "SCORE.S is 5, which is not gte 100."),
        ("OLD", False, "There is no oldGlobalRank."),
    ]
    assert tried(score(ana, 6))[:2] == [
        ("OLD", True, ""),
        ("HIGH", False, "SCORE.S is 6, which is not gte 100."),
    ]
    assert tried(score(ana, 7))[1] == ("LOW", False, "It was earned before.")


# --- what it costs, and at one moment ----------------------------------------------------------------------


def test_a_post_that_triggers_nothing_costs_no_statement(
    boards: Boards, score: Score, ana: Player, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stage = boards(board(), achievements=[achievement("ACH", trigger("SCORE.S", "gte", 100))])
    posted = score(ana, 5)
    with django_assert_num_queries(0):
        triggers.evaluate_entries(stage.pk, posted.entries, Run(), {}, NOW_MS)


@pytest.mark.parametrize("count", [1, 3])
def test_what_was_earned_before_costs_one_statement(
    count: int, boards: Boards, score: Score, ana: Player, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    items = [achievement(f"A{number}", trigger("SCORE.S", "gte", 1)) for number in range(count)]
    stage = boards(board(), achievements=items)
    posted = score(ana, 5)
    assert len(posted.earned) == count
    with django_assert_num_queries(1):
        triggers.evaluate_entries(stage.pk, posted.entries, Run(), {}, NOW_MS)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_posts_at_once_earn_an_achievement_once(
    boards: Boards, score: Score, ana: Player, bo: Player
) -> None:
    boards(board(), achievements=[achievement("ACH", trigger("SCORE.S", "gte", 1), currencyAwards=SIX)])
    posted = at_once(*[partial(score, player, value) for value in (5, 6, 7, 8) for player in (ana, bo)])
    assert sorted(len(each.earned) for each in posted) == [0] * 6 + [1] * 2
    for player in (ana, bo):
        assert (balances.balances(player.pk)[1], len(messages(player))) == (100, 1)
    assert (PlayerAchievement.objects.count(), Transaction.objects.count()) == (2, 2)
