"""Who is told of what, and the ranks that they are told (§3.2, §3.3)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from competition import teams
from competition.achievements.earned import Earned
from competition.events.posting import Posted
from competition.events.posts import Posting
from competition.leaderboards import announcing, rank_details
from competition.leaderboards.changes import percent
from competition.models import PostRecord
from competition.owners import Owner
from competition.team_types import TeamType
from games.models import Stage
from messaging.models import PlayerMessage
from players import friends
from players.models import Player
from protocol.run import Run
from realtime.sql import by_vendor
from tests.competition.events.conftest import NOW_MS
from tests.competition.leaderboards.conftest import board, country, field

pytestmark = pytest.mark.django_db

Boards = Callable[..., Stage]
Score = Callable[..., Posted]
AddPlayer = Callable[..., Player]
ALL_ON: dict[str, Any] = {
    "highScoreNotifications": True,
    "socialNotifications": True,
    "topNNotifications": True,
}
TEAM_TOTAL = {
    "shortCode": "RT",
    "event": "SCORE",
    "teamType": "TEAM",
    "collectors": [{"attribute": "S", "calculation": "sum"}],
}
TEAM_BOARD = {"code": "TLB", "teamType": "TEAM"}


def told(*players: Player) -> list[dict[str, Any]]:
    """What these, or all, were sent, the oldest first."""
    rows = PlayerMessage.objects.order_by("id")
    documents = [(row.player_id, json.loads(row.document)) for row in rows]
    return [each for player_id, each in documents if not players or player_id in {who.pk for who in players}]


def heard() -> list[tuple[str, str]]:
    """Names and classes."""
    names = dict(Player.objects.values_list("pk", "display_name"))
    return sorted((names[each["playerId"]], each["@class"].removeprefix(".")) for each in told())


def forget() -> None:
    PlayerMessage.objects.all().delete()


@pytest.mark.parametrize(
    ("rank", "count", "shown"), [(1, 6, 16), (6, 6, 100), (1, 1, 100), (1, 101, 0), (2, 3, 66)]
)
def test_a_percentage_is_rounded_down(rank: int, count: int, shown: int) -> None:
    assert percent(rank, count) == shown


def test_a_board_without_switches_tells_nobody(boards: Boards, score: Score, ana: Player, bo: Player) -> None:
    boards(board(topN=1))
    friends.link(ana.pk, [bo.pk], friends.SERVER)
    score(bo, 1)
    posted = score(ana, 2)
    assert told() == []
    (story,) = json.loads(PostRecord.objects.get(pk=posted.record_id).story)["boards"]
    assert (story["board"], story["owner"], story["sent"]) == ("HS", ana.pk, [])
    assert story["why"] == "Its notifications are off, or concern nobody."


def test_what_was_sent_or_why_nothing_is_kept_with_the_post(
    boards: Boards, score: Score, ana: Player
) -> None:
    boards(board(highScoreNotifications=True))

    def story(posted: Posted) -> dict[str, Any]:
        (board_story,) = json.loads(PostRecord.objects.get(pk=posted.record_id).story)["boards"]
        assert isinstance(board_story, dict)
        return board_story

    assert story(score(ana, 2)) == {
        "board": "HS",
        "owner": ana.pk,
        "old": None,
        "new": {"S": 2},
        "sent": ["NewHighScoreMessage"],
        "why": "",
    }
    assert story(score(ana, 1))["why"] == "The entry is not better than before."
    challenge = story(score(ana, 3, scope="c1", board="HS"))
    assert (challenge["sent"], challenge["why"]) == ([], "The challenge tells its players.")


def test_social_ranks_are_those_among_the_player_and_the_friends(
    boards: Boards, score: Score, ana: Player, bo: Player, add_player: AddPlayer
) -> None:
    boards(board(highScoreNotifications=True))
    cy, stranger, silent = add_player("cy"), add_player("stranger"), add_player("silent")
    friends.link(ana.pk, [bo.pk, cy.pk, silent.pk], friends.SERVER)
    friends.link(ana.pk, [bo.pk], friends.INVITE)  # a friend twice over counts once
    for who, value in ((bo, 30), (stranger, 25), (cy, 20), (ana, 10)):
        score(who, value)
    forget()
    score(ana, 22)
    (message,) = told(ana)
    details = message["rankDetails"]
    assert [row["userName"] for row in details.pop("friendsPassed")] == ["Cy"]
    assert details == {
        "globalCount": 4,
        "globalFrom": 4,
        "globalFromPercent": 100,
        "globalTo": 3,
        "globalToPercent": 75,
        "socialCount": 3,
        "socialFrom": 3,
        "socialFromPercent": 100,
        "socialTo": 2,
        "socialToPercent": 66,
    }


def test_a_first_score_passes_all_friends_behind_it_and_has_no_rank_before(
    boards: Boards, score: Score, ana: Player, bo: Player, add_player: AddPlayer
) -> None:
    boards(board(**ALL_ON))
    ahead = add_player("ahead")
    friends.link(ana.pk, [bo.pk, ahead.pk], friends.SERVER)
    score(bo, 1)
    score(ahead, 9)
    forget()
    score(ana, 5)
    assert heard() == [("Ana", "NewHighScoreMessage"), ("Bo", "SocialRankChangedMessage")]
    details = told(ana)[0]["rankDetails"]
    assert "socialFrom" not in details
    assert (details["socialTo"], details["socialCount"]) == (2, 3)


def test_nobody_is_told_of_a_score_that_is_not_better(
    boards: Boards, score: Score, ana: Player, bo: Player
) -> None:
    boards(board(**ALL_ON, topN=1))
    friends.link(ana.pk, [bo.pk], friends.SERVER)
    score(ana, 5)
    score(bo, 4)
    forget()
    score(ana, 5)
    score(ana, 4)
    assert told() == []


def test_a_friend_with_an_equal_score_from_before_is_not_passed(
    boards: Boards, score: Score, ana: Player, bo: Player
) -> None:
    boards(board(**ALL_ON))
    friends.link(ana.pk, [bo.pk], friends.SERVER)
    score(bo, 5)
    forget()
    score(ana, 5, after=1)
    assert heard() == [("Ana", "NewHighScoreMessage")]


def test_more_friends_are_told_than_are_listed(
    boards: Boards, score: Score, ana: Player, add_player: AddPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rank_details, "MOST_LISTED", 2)
    monkeypatch.setattr(announcing, "MOST_LISTED", 2)
    boards(board(**ALL_ON))
    passed = [add_player(f"p{number}") for number in range(4)]
    friends.link(ana.pk, [each.pk for each in passed], friends.SERVER)
    for number, each in enumerate(passed):
        score(each, number)
    forget()
    score(ana, 9)
    (mine,) = told(ana)
    assert [row["userName"] for row in mine["rankDetails"]["friendsPassed"]] == ["P3", "P2"]
    messages = told(*passed)
    assert sorted((each["playerId"], each["you"]["S"], each["them"]["S"]) for each in messages) == sorted(
        (each.pk, number, 9) for number, each in enumerate(passed)
    )
    assert all("rank" not in each["you"] for each in messages)


@pytest.mark.parametrize(
    ("value", "passed", "loser"),
    [
        (50, ["P1", "P2", "P3"], "P3"),  # from behind to the top of three
        (25, ["P3"], "P3"),
        (5, None, None),  # still behind the Top N
    ],
)
def test_top_n_tells_who_was_passed_within_it_and_who_fell_out(
    boards: Boards,
    score: Score,
    ana: Player,
    add_player: AddPlayer,
    value: int,
    passed: list[str] | None,
    loser: str | None,
) -> None:
    boards(board(**ALL_ON, topN=3))
    for name, points in (("p1", 40), ("p2", 30), ("p3", 20), ("p4", 10)):
        score(add_player(name), points)
    score(ana, 1)
    forget()
    score(ana, value)
    told_others = [] if loser is None else [(loser, "GlobalRankChangedMessage")]
    assert heard() == [("Ana", "NewHighScoreMessage"), *told_others]
    listed = told(ana)[0]["rankDetails"].get("topNPassed")
    assert (listed and [row["userName"] for row in listed]) == passed


def test_within_the_top_n_nobody_falls_out_but_those_passed_are_listed(
    boards: Boards, score: Score, ana: Player, add_player: AddPlayer
) -> None:
    boards(board(**ALL_ON, topN=3))
    for name, points in (("p1", 40), ("p2", 30), ("p4", 10)):
        score(add_player(name), points)
    score(ana, 20)
    forget()
    score(ana, 50)
    assert heard() == [("Ana", "NewHighScoreMessage")]
    assert [row["userName"] for row in told(ana)[0]["rankDetails"]["topNPassed"]] == ["P1", "P2"]


def test_while_the_top_n_is_not_full_nobody_falls_out(
    boards: Boards, score: Score, ana: Player, bo: Player
) -> None:
    boards(board(topNNotifications=True, topN=2))
    score(bo, 1)
    score(ana, 2)
    assert told() == []


def test_a_player_s_own_other_entry_falls_out_silently(boards: Boards, log: Score, ana: Player) -> None:
    fields = country(sort="desc"), country("COUNTRY", group="id")
    boards(board(*fields, topNNotifications=True, topN=1))
    log(ana, "HSWC", {"SCORE": 1, "COUNTRY": "UK"})
    log(ana, "HSWC", {"SCORE": 2, "COUNTRY": "US"})
    assert told() == []


@dataclass
class Squad:
    owner: Player
    member: Player
    key: int


@pytest.fixture
def squad(ana: Player, bo: Player) -> Squad:
    team = teams.make(TeamType("TEAM"), ana, "First", "first")
    teams.join(team, bo.pk)
    return Squad(ana, bo, team.pk)


@pytest.mark.parametrize(
    ("high", "social", "who"),
    [(True, True, ["Ana", "Bo"]), (True, False, ["Bo"]), (False, True, ["Ana"]), (False, False, [])],
)
def test_a_team_s_score_is_told_to_the_poster_by_one_switch_and_to_the_others_by_another(
    boards: Boards, score: Score, squad: Squad, high: bool, social: bool, who: list[str]
) -> None:
    fields = {**field(sort="desc"), "runningTotal": "RT"}
    switches = {"highScoreNotifications": high, "socialNotifications": social}
    boards(board(fields, **TEAM_BOARD, **switches), runningTotals=[TEAM_TOTAL])
    friends.link(squad.owner.pk, [squad.member.pk], friends.SERVER)
    score(squad.member, 10)
    assert heard() == [(name, "NewTeamScoreMessage") for name in who]
    assert all("socialTo" not in each["rankDetails"] for each in told())


def test_a_team_that_knocks_its_own_entry_out_is_not_told_of_itself(
    boards: Boards, log: Callable[..., Posted], ana: Player, bo: Player
) -> None:
    """With custom ids a team has several."""
    total = {**TEAM_TOTAL, "event": "HSWC", "groupBy": ["COUNTRY"]}
    total["collectors"] = [{"attribute": "SCORE", "calculation": "max"}]
    fields = [
        {"runningTotal": "RT", "collector": "SCORE", "sort": "desc", "group": "max"},
        {"runningTotal": "RT", "collector": "COUNTRY", "group": "id"},
    ]
    listed = board(*fields, **TEAM_BOARD, topNNotifications=True, topN=1)
    boards(listed, runningTotals=[total])
    for player in (ana, bo):
        teams.make(TeamType("TEAM"), player, player.display_name, player.pk)
    log(ana, "HSWC", {"SCORE": 1, "COUNTRY": "UK"})
    log(ana, "HSWC", {"SCORE": 2, "COUNTRY": "US"})
    assert heard() == []
    log(bo, "HSWC", {"SCORE": 3, "COUNTRY": "UK"})
    assert heard() == [("Ana", "TeamRankChangedMessage")]


def test_every_member_of_a_team_that_falls_out_is_told(
    boards: Boards, score: Score, squad: Squad, add_player: AddPlayer
) -> None:
    fields = {**field(sort="desc"), "runningTotal": "RT"}
    boards(board(fields, **TEAM_BOARD, topNNotifications=True, topN=1), runningTotals=[TEAM_TOTAL])
    winner = add_player("winner")
    teams.make(TeamType("TEAM"), winner, "Second", "second")
    score(squad.member, 10)
    score(winner, 11)
    changed = "TeamRankChangedMessage"
    assert heard() == [("Ana", changed), ("Bo", changed)]
    assert [(each["you"]["teamId"], each["them"]["teamId"]) for each in told()] == [("first", "second")] * 2


def test_a_high_score_names_what_its_owner_earned_by_the_same_post(
    boards: Boards, score: Score, ana: Player, bo: Player
) -> None:
    boards(board(highScoreNotifications=True))
    posted = score(ana, 1)
    forget()
    posting = Posting(ana.stage_id, ana.pk, "SCORE", {}, NOW_MS, Run(), {})
    (change,) = posted.entries
    earned = [
        Earned(Owner(who.pk), code, (who.pk,), change) for who, code in ((ana, "A1"), (bo, "B1"), (ana, "A2"))
    ]
    announcing.announce(posting, posted.entries, earned)
    (message,) = told(ana)
    assert message["achievementsEarned"] == ["A1", "A2"]


@pytest.mark.parametrize("many", [1, 3])
def test_statements_do_not_grow_with_the_friends_who_are_passed(
    boards: Boards,
    score: Score,
    ana: Player,
    add_player: AddPlayer,
    many: int,
    django_assert_num_queries: Any,
) -> None:
    boards(board(**ALL_ON, topN=10))
    passed = [add_player(f"p{number}") for number in range(many)]
    friends.link(ana.pk, [each.pk for each in passed], friends.SERVER)
    score(ana, 0)
    for each in passed:
        score(each, 5)
    with django_assert_num_queries(by_vendor(sqlite=21, postgresql=19)):  # two more for the messages
        score(ana, 9)
