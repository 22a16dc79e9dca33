"""Challenges that scores decide, over real sockets: the scenarios of competition-rules.md §5.9."""

from typing import Any

from tests.wire.challenges import accept, classes, create, get, hears, let_pass, listed
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire_client import Frame, WireClient


async def started(p1: WireClient, p2: WireClient, short_code: str, **fields: Any) -> str:
    """The id of a challenge that both are in."""
    made = await create(p1, short_code, usersToChallenge=p2.user_id, **fields)
    await accept(p2, made)
    for client in (p1, p2):
        await hears(client, "Started", made)
    return made


async def post(client: WireClient, challenge: str, event: str, **values: Any) -> None:
    answer = await client.request(
        "LogChallengeEventRequest", challengeInstanceId=challenge, eventKey=event, **values
    )
    assert set(answer) == {"@class", "requestId"}, answer


async def heard(server: DrivenServer, *clients: WireClient) -> list[list[Frame]]:
    return [await server.before_marker(client) for client in clients]


async def test_c8_the_highest_score_wins(server: DrivenServer, player: Player) -> None:
    p1, p2 = await player("P1"), await player("P2")
    challenge = await started(p1, p2, "SCORES", maxAttempts=1)
    await heard(server, p1, p2)
    await post(p1, challenge, "CH_SCORE", SCORE=10)
    assert [classes(frames) for frames in await heard(server, p1, p2)] == [["Changed", "TurnTaken"]] * 2
    await post(p2, challenge, "CH_SCORE", SCORE=12)
    ones, twos = await heard(server, p1, p2)
    assert classes(ones) == ["Changed", "TurnTaken", "Lost"]
    assert classes(twos) == ["Changed", "TurnTaken", "Won"]
    assert [frames[-1]["challenge"]["state"] for frames in (ones, twos)] == ["COMPLETE", "COMPLETE"]
    assert (ones[-1]["winnerName"], twos[-1]["winnerName"]) == ("P2", "P2")
    assert (await get(p1, challenge))["state"] == "COMPLETE"
    assert await listed(p2, state="COMPLETE") == [challenge]


async def test_c8_equal_scores_draw(server: DrivenServer, player: Player) -> None:
    p1, p2 = await player("P1"), await player("P2")
    challenge = await started(p1, p2, "SCORES", maxAttempts=1)
    for client in (p1, p2):
        await post(client, challenge, "CH_SCORE", SCORE="10")
    for client in (p1, p2):
        drawn = await hears(client, "Drawn", challenge)
        assert (drawn["leaderboardData"]["SCORE"], drawn["leaderboardData"]["userId"]) == (10, client.user_id)


async def test_c8_the_shorter_time_wins_where_less_is_better(server: DrivenServer, player: Player) -> None:
    p1, p2 = await player("P1"), await player("P2")
    challenge = await started(p1, p2, "TIMES", maxAttempts=1)
    await post(p1, challenge, "CH_TIME", TIME=10)
    await post(p2, challenge, "CH_TIME", TIME=12)
    assert (await hears(p1, "Won", challenge))["leaderboardData"]["TIME"] == 10
    assert (await hears(p2, "Lost", challenge))["leaderboardData"]["TIME"] == 12


async def test_scores_so_far_decide_when_the_end_has_come(server: DrivenServer, player: Player) -> None:
    p1, p2 = await player("P1"), await player("P2")
    challenge = await started(p1, p2, "SCORES")
    await post(p2, challenge, "CH_SCORE", SCORE=1)
    let_pass(server, challenge, 61)
    assert (await hears(p2, "Won", challenge))["challenge"]["state"] == "COMPLETE"
    assert "leaderboardData" not in await hears(p1, "Lost", challenge)


async def test_ordinary_events_count_in_global_challenges(server: DrivenServer, player: Player) -> None:
    p1, p2 = await player("P1"), await player("P2")
    challenge = await started(p1, p2, "EVERYWHERE")
    assert "error" not in await p1.request("LogEventRequest", eventKey="CH_SCORE", SCORE=3)
    for client in (p1, p2):
        changed = await hears(client, "Changed", challenge)
        assert (changed["who"], changed["leaderboardData"]["SCORE"]) == ("P1", 3)


async def test_c9_the_first_to_earn_the_achievement_wins_though_another_leads(
    server: DrivenServer, player: Player
) -> None:
    p1, p2 = await player("P1"), await player("P2")
    challenge = await started(p1, p2, "Trigger_Chal")
    await heard(server, p1, p2)
    await post(p1, challenge, "CH_SCORE", SCORE=650)
    assert [classes(frames) for frames in await heard(server, p1, p2)] == [["Changed"], ["Changed"]]
    await post(p2, challenge, "CH_SCORE", SCORE=550)
    ones, twos = await heard(server, p1, p2)
    assert classes(ones) == ["Changed", "Lost"]
    assert classes(twos) == [".AchievementEarned", "Changed", "Won"]
    assert twos[0]["achievementShortCode"] == "TRIGGER_ACH"
    assert (ones[-1]["winnerName"], ones[-1]["leaderboardData"]["SCORE"]) == ("P2", 650)


async def test_c12_opponents_of_a_match_challenge_each_other(server: DrivenServer, player: Player) -> None:
    players = [await player(f"P{number}") for number in range(1, 4)]
    for client in players:
        answer = await client.request("MatchmakingRequest", matchShortCode="CHALLENGERS", skill=5)
        assert "error" not in answer, answer
    found = await players[0].expect_message("MatchFoundMessage")
    details = await players[0].request("MatchDetailsRequest", matchId=found["matchId"])
    opponents = [each["id"] for each in details["opponents"]]
    assert sorted(opponents) == sorted(client.user_id for client in players[1:])
    challenge = await create(players[0], "SCORES", usersToChallenge=opponents)
    for client in players[1:]:
        await hears(client, "Issued", challenge)
        await accept(client, challenge)
    for client in players:
        started_ = await hears(client, "Started", challenge)
        assert len(started_["challenge"]["accepted"]) == 3
