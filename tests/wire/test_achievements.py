"""Achievements over real sockets: the scenarios of competition-rules.md §4, and who hears of them."""

from typing import Any

from tests.wire.boards import (
    HIGH_SCORE_LB,
    SQUAD_LB,
    NewGame,
    board_game,
    classes,
    log,
    score,
)
from tests.wire.literal import Literal
from tests.wire.test_leaderboard_scores import bound, squad
from tests.wire_client import WireClient

__all__ = ["board_game"]

EARNED = "AchievementEarnedMessage"
HIGH = "NewHighScoreMessage"
TEAM = "NewTeamScoreMessage"
SIX = [100] * 6


def trigger(op: str, value: Any, data: str = "SCORE_EVT.SCORE_ATTR") -> dict[str, Any]:
    return {"data": data, "op": op, "value": value}


def achievement(code: str, *triggers: dict[str, Any], **more: Any) -> dict[str, Any]:
    board = {"leaderboard": "HIGH_SCORE_LB", "triggers": list(triggers)} if triggers else {}
    return {"shortCode": code, "name": f"Achieved {code}", "description": "Done", **board, **more}


async def account(client: WireClient) -> tuple[list[int], list[str], dict[str, int]]:
    """Balances, achievements and goods."""
    details = await client.request("AccountDetailsRequest")
    balances = [details[f"currency{number}"] for number in range(1, 7)]
    return balances, details.get("achievements", []), details["virtualGoods"]


async def earned(client: WireClient) -> dict[str, bool]:
    answer = await client.request("ListAchievementsRequest")
    return {each["shortCode"]: each["earned"] for each in answer["achievements"]}


async def test_a1_a_score_of_100_earns_an_achievement_once(board_game: NewGame) -> None:
    hs_ach = achievement("HS_ACH", trigger("gte", 100), currencyAwards=SIX)
    game = await board_game(HIGH_SCORE_LB, achievements=[hs_ach])
    p1 = await game.player("P1")
    assert await account(p1) == ([0] * 6, [], {})
    await score(p1, 100)
    told = await p1.expect_message(EARNED)
    assert {key: told[key] for key in told if key.startswith(("currency", "achievement"))} == {
        "achievementName": "Achieved HS_ACH",
        "achievementShortCode": "HS_ACH",
        **{f"currency{number}Earned": "100" for number in range(1, 7)},
    }
    high = await p1.expect_message(HIGH)
    assert high["achievementsEarned"] == ["HS_ACH"]
    assert high["rankDetails"] == {"globalCount": 1, "globalTo": 1, "globalToPercent": 100}
    assert await account(p1) == (SIX, ["HS_ACH"], {})
    assert await earned(p1) == {"HS_ACH": True}
    await score(p1, 200)
    assert "achievementsEarned" not in await p1.expect_message(HIGH)
    assert await game.heard(p1) == [[]]
    assert await account(p1) == (SIX, ["HS_ACH"], {})


async def test_a2_only_what_lies_between_500_and_600_earns_it(board_game: NewGame) -> None:
    between = achievement("BETWEEN", trigger("gt", 500), trigger("lt", 600))
    game = await board_game(HIGH_SCORE_LB, achievements=[between])
    values = {500: False, 600: False, 501: True, 599: True}
    for value, earns in values.items():
        client = await game.player(f"P{value}")
        await score(client, value)
        (heard,) = await game.heard(client)
        assert classes(heard) == ([EARNED, HIGH] if earns else [HIGH])
        assert await earned(client) == {"BETWEEN": earns}


async def test_the_messages_of_a_post_come_in_order(board_game: NewGame) -> None:
    """§1.8: achievements, by short code, before the high score that names them."""
    items = [achievement("B", trigger("gte", 1)), achievement("A", trigger("gte", 1)), achievement("C")]
    game = await board_game(HIGH_SCORE_LB, achievements=items)
    p1 = await game.player("P1")
    await score(p1, 100)
    ((first, second, high),) = await game.heard(p1)
    assert [first["achievementShortCode"], second["achievementShortCode"]] == ["A", "B"]
    assert high["achievementsEarned"] == ["A", "B"]
    assert await earned(p1) == {"A": True, "B": True, "C": False}


async def test_a_post_sent_again_as_a_durable_request_earns_once(board_game: NewGame) -> None:
    again = achievement("AGAIN", trigger("gte", 1), currencyAwards=SIX, repeatable=True)
    game = await board_game(HIGH_SCORE_LB, achievements=[again])
    p1 = await game.player("P1")
    request_id = p1.durable_id()
    for _ in range(2):
        await p1.post("LogEventRequest", request_id=request_id, eventKey="SCORE_EVT", SCORE_ATTR=5)
        assert "error" not in await p1.answer(request_id)
    assert await account(p1) == (SIX, ["AGAIN"], {})
    await score(p1, 1)  # 5 stays on the board, and holds again
    assert (await account(p1))[0] == [200] * 6


async def test_an_award_is_a_transaction(board_game: NewGame) -> None:
    item = achievement("GOOD", trigger("gte", 1), currencyAwards=[5, 0, 0, 0, 0, 0], virtualGood="SHIELD")
    shield = {"shortCode": "SHIELD", "name": "A shield"}
    game = await board_game(HIGH_SCORE_LB, achievements=[item], virtualGoods=[shield])
    p1 = await game.player("P1")
    await score(p1, 1)
    (row,) = (await p1.request("ListTransactionsRequest"))["transactionList"]
    assert (row["reason"], row["items"]) == (
        "Achievement GOOD",
        [
            {"type": "currency1", "amount": 5, "newValue": 5},
            {"type": "SHIELD", "amount": 1, "newValue": 1},
        ],
    )


async def test_a_segment_query_finds_who_has_an_achievement(board_game: NewGame) -> None:
    has = {"shortCode": "HAS", "query": {"field": "achievement", "op": "eq", "value": "HS_ACH"}}
    items = [achievement("HS_ACH", trigger("gte", 100)), achievement("LOW", trigger("gte", 1))]
    game = await board_game(HIGH_SCORE_LB, achievements=items, segmentQueries=[has])
    p1, p2 = await game.players("P1", "P2")
    await score(p1, 100)
    await score(p2, 99)
    await game.heard(p1, p2)
    sent = await game.server.rest("SendMessageRequest", game=game.game, segmentQuery="HAS", data={"x": 1})
    assert sent["recipients"] == 1
    assert (await p1.expect_message("ScriptMessage"))["data"] == {"x": 1}
    assert await game.heard(p2) == [[]]


async def test_achievement_earned_message_as_expected(board_game: NewGame) -> None:
    """A team's: to its members, and to nobody else."""
    gt1 = {
        "shortCode": "GT1",
        "name": "Greater than one",
        "currencyAwards": [0, 250, 0, 0, 0, 1],
        "virtualGood": "SHIELD",
        "leaderboard": "SQUAD_LB",
        "triggers": [trigger("gt", 1, "SQUAD_SCORE.SUM-SCORE-all")],
    }
    shield = {"shortCode": "SHIELD", "name": "A shield", "maxQuantity": 1}
    game = await board_game(SQUAD_LB, achievements=[gt1, achievement("LONE")], virtualGoods=[shield])
    anna, bob, former, friend, bystander = await game.players("Anna", "Bob", "Former", "Friend", "Bystander")
    everybody = (anna, bob, former, friend, bystander)
    await game.befriend(anna, friend, former)
    team_id = await squad(game, anna, bob, former)
    await former.request("LeaveTeamRequest", teamId=team_id)
    await squad(game, bystander, friend, name="Second")
    await log(bystander, "HS", SCORE=1)
    await game.heard(*everybody)
    literal = Literal(EARNED, **bound(game, anna=anna, bob=bob), team=team_id)
    literal.check("response", await log(anna, "HS", SCORE="10"))
    heard = await game.heard(*everybody)
    assert [classes(frames) for frames in heard] == [[EARNED, TEAM], [EARNED], [], [], []]
    literal.check("annas", heard[0][0])
    literal.check("annasScore", heard[0][1])
    literal.check("bobs", heard[1][0])
    literal.check("listed", await bob.request("ListAchievementsRequest"))
    literal.check("account", await bob.request("AccountDetailsRequest"))
    literal.done()
