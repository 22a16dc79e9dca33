"""Challenges over real sockets: events, turns, and scripts that decide (competition-rules.md §5.7)."""

from tests.wire.challenges import INVALID, accept, ahead, create, get, hears, several
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer


async def test_c3_an_asynchronous_challenge_is_decided_by_a_script(
    server: DrivenServer, player: Player
) -> None:
    p1, p2 = await several(player, "P1", "P2")
    challenge = await create(p1, "asyncChallenge", usersToChallenge=p2.user_id)
    issued = await hears(p2, "Issued", challenge)
    assert (issued["challenge"]["scriptData"], issued["challenge"]["state"]) == ({}, "ISSUED")
    await server.script("set_data", challenge, "script_data", "player1Score", "356")
    seen = await get(p2, challenge)
    assert (seen["state"], seen["scriptData"]) == ("ISSUED", {"player1Score": "356"})
    before = ahead(0)
    await accept(p2, challenge)
    for client in (p1, p2):
        shown = (await hears(client, "Started", challenge))["challenge"]
        assert (shown["state"], shown["startDate"] in (before, ahead(0))) == ("RUNNING", True)
    event = {"eventKey": "SetScoreAndCalculateOutcome", "score": "212"}
    await p2.request("LogChallengeEventRequest", challengeInstanceId=challenge, **event)
    assert await server.script("win", challenge, p1.user_id) is True
    lost, won = await hears(p2, "Lost", challenge), await hears(p1, "Won", challenge)
    assert (lost["winnerName"], lost["challenge"]["state"]) == ("P1", "COMPLETE")
    assert [won[f"currency{number}Won"] for number in range(1, 7)] == [0] * 6
    assert won["challenge"]["state"] == "COMPLETE"


async def test_turns_are_taken_over_the_wire(player: Player) -> None:
    p1, p2 = await several(player, "P1", "P2")
    challenge = await create(p1, "MOVES", usersToChallenge=p2.user_id, maxAttempts=1)
    move = {"challengeInstanceId": challenge, "eventKey": "CH_MOVE"}
    assert (await p1.request("LogChallengeEventRequest", **move))["error"] == INVALID
    await accept(p2, challenge)
    started = await hears(p1, "Started", challenge)
    assert started["challenge"]["nextPlayer"] == p1.user_id
    early = await p2.request("LogChallengeEventRequest", **move)
    assert early["error"] == {"challengeInstanceId": "NOT_YOUR_TURN"}
    answer = await p1.request("LogChallengeEventRequest", **move)
    assert set(answer) == {"@class", "requestId"}
    for client in (p1, p2):
        taken = await hears(client, "TurnTaken", challenge)
        assert (taken["who"], taken["challenge"]["nextPlayer"]) == ("P1", p2.user_id)
        assert taken["challenge"]["turnCount"] == {p1.user_id: 1, p2.user_id: 0}
    late = await p1.request("LogChallengeEventRequest", **move)
    assert late["error"] == {"challengeInstanceId": "NO_ATTEMPTS_LEFT"}
    await p2.request("LogChallengeEventRequest", **move)
    for client in (p1, p2):
        assert (await hears(client, "Drawn", challenge))["challenge"]["state"] == "COMPLETE"


async def test_all_that_is_wrong_with_an_event_for_a_challenge_is_told_at_once(player: Player) -> None:
    p1 = await player("P1")
    nowhere = {"challengeInstanceId": "0" * 24}
    answer = await p1.request("LogChallengeEventRequest", **nowhere, eventKey="NONE")
    assert answer["error"] == {**INVALID, "eventKey": "INVALID"}
    answer = await p1.request("LogChallengeEventRequest", **nowhere, eventKey="CH_SCORE")
    assert answer["error"] == {**INVALID, "SCORE": "REQUIRED"}
