"""Scores over real sockets: the scenarios of competition-rules.md §3.8 about posts, and who hears of them."""

from typing import Any

from tests.live_server import unique
from tests.wire.boards import (
    HIGH_SCORE_LB,
    HSBC,
    SQUAD_LB,
    BoardGame,
    NewGame,
    board,
    board_game,
    classes,
    field,
    log,
    score,
)
from tests.wire.literal import Literal
from tests.wire_client import WireClient

__all__ = ["board_game"]

HIGH = "NewHighScoreMessage"
TEAM = "NewTeamScoreMessage"


async def test_l1_a_first_score_is_a_high_score(board_game: NewGame) -> None:
    game = await board_game(HIGH_SCORE_LB)
    p1 = await game.player("P1")
    await score(p1, 110)
    told = await p1.expect_message(HIGH)
    assert told["leaderboardData"]["SCORE_ATTR"] == 110
    assert told["rankDetails"] == {"globalCount": 1, "globalTo": 1, "globalToPercent": 100}


async def test_l2_only_what_is_better_is_a_high_score(board_game: NewGame) -> None:
    game = await board_game(HIGH_SCORE_LB)
    p1 = await game.player("P1")
    await score(p1, 110)
    await p1.expect_message(HIGH)
    for value in (110, 10):
        await score(p1, value)
    assert await game.heard(p1) == [[]]
    assert values_on(game, "HIGH_SCORE_LB") == ['{"SCORE_ATTR":110}']
    await score(p1, 120)
    assert (await p1.expect_message(HIGH))["rankDetails"] == {
        "globalCount": 1,
        "globalFrom": 1,
        "globalFromPercent": 100,
        "globalTo": 1,
        "globalToPercent": 100,
    }


def values_on(game: BoardGame, code: str) -> list[str]:
    """The fields of a board's entries, as they are stored, the best first."""
    rows = game.server.rows(
        "SELECT entry.* FROM competition_boardentry entry JOIN competition_boardinstance list"
        " ON list.id = entry.instance_id WHERE list.stage_id = ? AND list.code = ? ORDER BY entry.place",
        game.server.stage_id(game.game),
        code,
    )
    return [row["values"] for row in rows]


async def test_l8_the_last_of_six_who_beats_all_comes_first(board_game: NewGame) -> None:
    game = await board_game(HIGH_SCORE_LB)
    clients = await game.players(*[f"P{number}" for number in range(1, 7)])
    for number, client in enumerate(clients):
        await score(client, 10 + number)
    await game.heard(*clients)
    await score(clients[0], 1000)
    assert (await clients[0].expect_message(HIGH))["rankDetails"] == {
        "globalCount": 6,
        "globalFrom": 6,
        "globalFromPercent": 100,
        "globalTo": 1,
        "globalToPercent": 16,
    }
    assert await game.heard(*clients) == [[]] * 6


async def test_l9_the_first_value_makes_its_partition(board_game: NewGame) -> None:
    game = await board_game(HSBC)
    p1 = await game.player("P1")
    await log(p1, "HSWC", SCORE="1", COUNTRY="UK")
    told = await p1.expect_message(HIGH)
    assert told["leaderboardShortCode"] == "HSBC.COUNTRY.UK"
    assert (told["leaderboardData"]["SCORE"], told["leaderboardData"]["COUNTRY"]) == (1, "UK")
    assert told["rankDetails"] == {"globalCount": 1, "globalTo": 1, "globalToPercent": 100}


async def test_l10_another_value_has_a_partition_of_its_own(board_game: NewGame) -> None:
    game = await board_game(HSBC)
    p1 = await game.player("P1")
    await log(p1, "HSWC", SCORE="1", COUNTRY="UK")
    await p1.expect_message(HIGH)
    await log(p1, "HSWC", SCORE="10", COUNTRY="US")
    told = await p1.expect_message(HIGH)
    assert told["leaderboardShortCode"] == "HSBC.COUNTRY.US"
    assert told["rankDetails"] == {"globalCount": 1, "globalTo": 1, "globalToPercent": 100}
    shown = await p1.request("LeaderboardDataRequest", leaderboardShortCode="HSBC.COUNTRY.UK", entryCount=10)
    (entry,) = shown["data"]
    assert (entry["userId"], entry["SCORE"], entry["rank"]) == (p1.user_id, 1, 1)


async def squad(game: BoardGame, owner: WireClient, *members: WireClient, name: str = "First") -> str:
    team_id = unique("team")
    answer = await owner.request("CreateTeamRequest", teamId=team_id, teamType="SQUAD", teamName=name)
    assert "error" not in answer, answer
    for member in members:
        answer = await member.request("JoinTeamRequest", teamId=team_id)
        assert "error" not in answer, answer
    return team_id


GT1 = {
    "shortCode": "GT1",
    "name": "Greater than one",
    "leaderboard": "SQUAD_LB",
    "triggers": [{"data": "SQUAD_SCORE.SUM-SCORE-all", "op": "gt", "value": 1}],
}


async def test_l11_a_team_s_first_score(board_game: NewGame) -> None:
    game = await board_game(SQUAD_LB, achievements=[GT1])
    p1, p2 = await game.players("P1", "P2")
    team_id = await squad(game, p1, p2)
    await log(p2, "HS", SCORE="10")
    told = await p2.expect_message(TEAM)
    data = told["leaderboardData"]
    assert (data["teamId"], data["teamName"], data["SUM-SCORE"]) == (team_id, "First", 10)
    assert told["rankDetails"] == {"globalCount": 1, "globalTo": 1, "globalToPercent": 100}
    assert told["achievementsEarned"] == ["GT1"]
    assert [classes(frames) for frames in await game.heard(p1)] == [["AchievementEarnedMessage"]]


async def test_l12_a_team_s_further_score(board_game: NewGame) -> None:
    game = await board_game(SQUAD_LB, achievements=[GT1])
    p1, p2 = await game.players("P1", "P2")
    await squad(game, p1, p2)
    await log(p2, "HS", SCORE="10")
    await log(p1, "HS", SCORE=15)
    told = await p1.expect_message(TEAM)
    assert told["leaderboardData"]["SUM-SCORE"] == 25
    assert (told["rankDetails"]["globalFrom"], told["rankDetails"]["globalTo"]) == (1, 1)
    assert "achievementsEarned" not in told


async def test_l16_ascending_the_lower_value_is_the_better_one(board_game: NewGame) -> None:
    game = await board_game(board("TIMES", field("TIME_EVT", "TIME", "asc")))
    p1 = await game.player("P1")
    for value in (30, 25):
        await log(p1, "TIME_EVT", TIME=value)
        assert (await p1.expect_message(HIGH))["leaderboardData"]["TIME"] == value
    await log(p1, "TIME_EVT", TIME=40)
    assert await game.heard(p1) == [[]]


# --- Whole frames, and everybody who hears something -------------------------------------------------------


def bound(game: BoardGame, **clients: WireClient) -> dict[str, Any]:
    return {name: client.user_id for name, client in clients.items()} | {
        "game": game.server.game_id(game.game)
    }


async def test_new_high_score_as_expected(board_game: NewGame) -> None:
    told = {"socialNotifications": False, "topN": 2, "topNNotifications": False}
    game = await board_game({**HIGH_SCORE_LB, **told})
    anna, friend, former, bystander = await game.players("Anna", "Friend", "Former", "Bystander")
    everybody = (anna, friend, former, bystander)
    await game.befriend(anna, friend, former)
    await game.server.rest(
        "UnlinkFriendsRequest", playerId=anna.user_id, friendIds=[former.user_id], game=game.game
    )
    for client, value in ((bystander, 300), (friend, 200), (former, 150), (anna, 100)):
        await score(client, value)
    await game.heard(*everybody)
    literal = Literal("NewHighScoreMessage", **bound(game, anna=anna, friend=friend, bystander=bystander))
    literal.check("response", await anna.request("LogEventRequest", eventKey="SCORE_EVT", SCORE_ATTR=250))
    told_to = await game.heard(*everybody)
    assert [classes(frames) for frames in told_to] == [[HIGH], [], [], []]
    literal.check("annas", told_to[0][0])
    literal.done()


async def test_new_team_score_as_expected(board_game: NewGame) -> None:
    game = await board_game({**SQUAD_LB, "socialNotifications": True})
    anna, bob, former, friend, bystander = await game.players("Anna", "Bob", "Former", "Friend", "Bystander")
    everybody = (anna, bob, former, friend, bystander)
    await game.befriend(anna, friend)
    team_id = await squad(game, anna, bob, former)
    await former.request("LeaveTeamRequest", teamId=team_id)
    await squad(game, bystander, friend, name="Second")
    await log(bystander, "HS", SCORE=5)
    await game.heard(*everybody)
    literal = Literal("NewTeamScoreMessage", **bound(game, anna=anna, bob=bob), team=team_id)
    literal.check("response", await anna.request("LogEventRequest", eventKey="HS", SCORE=10))
    told_to = await game.heard(*everybody)
    assert [classes(frames) for frames in told_to] == [[TEAM], [TEAM], [], [], []]
    literal.check("annas", told_to[0][0])
    literal.check("bobs", told_to[1][0])
    literal.done()


async def test_social_rank_changed_as_expected(board_game: NewGame) -> None:
    switches = {"highScoreNotifications": False, "socialNotifications": True}
    game = await board_game({**HIGH_SCORE_LB, **switches})
    names = ("Anna", "Passed", "Ahead", "Behind", "Former", "Bystander")
    anna, passed, ahead, behind, former, bystander = everybody = await game.players(*names)
    await game.befriend(anna, passed, ahead, behind, former)
    await game.server.rest(
        "UnlinkFriendsRequest", playerId=anna.user_id, friendIds=[former.user_id], game=game.game
    )
    scores = ((ahead, 400), (passed, 200), (former, 200), (bystander, 200), (anna, 100), (behind, 50))
    for client, value in scores:
        await score(client, value)
    await game.heard(*everybody)
    literal = Literal("SocialRankChangedMessage", **bound(game, anna=anna, passed=passed))
    literal.check("response", await anna.request("LogEventRequest", eventKey="SCORE_EVT", SCORE_ATTR=300))
    told_to = await game.heard(*everybody)
    assert [classes(frames) for frames in told_to] == [[], ["SocialRankChangedMessage"], [], [], [], []]
    literal.check("theirs", told_to[1][0])
    literal.done()


async def test_global_rank_changed_as_expected(board_game: NewGame) -> None:
    switches = {"highScoreNotifications": False, "topNNotifications": True, "topN": 2}
    game = await board_game({**HIGH_SCORE_LB, **switches})
    anna, first, second, third = everybody = await game.players("Anna", "First", "Second", "Third")
    await game.befriend(anna, first, second, third)
    for client, value in ((first, 400), (second, 300), (third, 200), (anna, 100)):
        await score(client, value)
    assert [classes(frames) for frames in await game.heard(*everybody)] == [[]] * 4
    literal = Literal("GlobalRankChangedMessage", **bound(game, anna=anna, second=second))
    literal.check("response", await anna.request("LogEventRequest", eventKey="SCORE_EVT", SCORE_ATTR=350))
    told_to = await game.heard(*everybody)
    assert [classes(frames) for frames in told_to] == [[], [], ["GlobalRankChangedMessage"], []]
    literal.check("theirs", told_to[2][0])
    await score(anna, 500)  # within the Top N: nobody leaves it
    assert await game.heard(*everybody) == [[]] * 4
    literal.done()


async def test_team_rank_changed_as_expected(board_game: NewGame) -> None:
    switches = {"highScoreNotifications": False, "topNNotifications": True, "topN": 1}
    game = await board_game({**SQUAD_LB, **switches})
    names = ("Anna", "Bob", "Carl", "Former", "Friend", "Bystander")
    anna, bob, carl, former, friend, bystander = everybody = await game.players(*names)
    await game.befriend(bob, friend)
    losers = await squad(game, bob, carl, former, name="Losers")
    await former.request("LeaveTeamRequest", teamId=losers)
    winners = await squad(game, anna, name="Winners")
    await squad(game, bystander, name="Others")
    await log(bob, "HS", SCORE=10)
    await log(bystander, "HS", SCORE=1)
    assert [classes(frames) for frames in await game.heard(*everybody)] == [[]] * 6
    literal = Literal(
        "TeamRankChangedMessage", **bound(game, bob=bob, carl=carl), losers=losers, winners=winners
    )
    literal.check("response", await anna.request("LogEventRequest", eventKey="HS", SCORE=11))
    told_to = await game.heard(*everybody)
    mine = ["TeamRankChangedMessage"]
    assert [classes(frames) for frames in told_to] == [[], mine, mine, [], [], []]
    literal.check("bobs", told_to[1][0])
    literal.check("carls", told_to[2][0])
    literal.done()
