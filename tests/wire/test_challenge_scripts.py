"""Challenges whose scripts decide (cloud-code.md §3, §7), played over real sockets."""

from tests.wire.challenges import accept, create, get, hears, several
from tests.wire.conftest import Player, SetScripts
from tests.wire.driven import DrivenServer

EVENT = "SetScoreAndCalculateOutcome"


async def test_scripts_lay_out_a_board_and_decide_who_wins(player: Player, scripts: SetScripts) -> None:
    """A turn game as old ones were written: accepted by a script, the board in the started message."""
    await scripts(
        {
            "message-user/ChallengeIssuedMessage": """
            var accept = new SparkRequests.AcceptChallengeRequest();
            accept.challengeInstanceId = Spark.data.challenge.challengeId;
            var answer = accept.Send();
            if (answer.error) throw JSON.stringify(answer.error);
            """,
            "message-global/ChallengeStartedMessage": """
            var challenge = Spark.getChallenge(Spark.getData().challenge.challengeId);
            challenge.setScriptData("board", [[0, 0], [0, 0]]);
            challenge.setPrivateData("mines", [1]);
            """,
            f"event-challenge/{EVENT}": """
            var challenge = Spark.getChallenge(Spark.data.challengeInstanceId), me = Spark.getPlayer();
            if (challenge.getPrivateData("mines")[0] !== 1) throw "the mines are gone";
            challenge.setScriptData("last", {by: me.playerId, score: Spark.data.score});
            if (Spark.data.score === "9") challenge.winChallenge(me);
            Spark.setScriptData("state", challenge.runState);
            """,
        }
    )
    p1, p2 = await several(player, "P1", "P2")
    challenge = await create(p1, "asyncChallenge", usersToChallenge=p2.user_id)
    assert (await hears(p2, "Issued", challenge))["challenge"]["state"] == "ISSUED"
    for client in (p1, p2):
        started = (await hears(client, "Started", challenge))["challenge"]
        assert started["scriptData"] == {"board": [[0, 0], [0, 0]]}
    event = {"challengeInstanceId": challenge, "eventKey": EVENT}
    answer = await p1.request("LogChallengeEventRequest", **event, score="1")
    assert answer["scriptData"] == {"state": "RUNNING"}
    answer = await p2.request("LogChallengeEventRequest", **event, score="9")
    assert answer["scriptData"] == {"state": "COMPLETE"}
    await hears(p1, "Lost", challenge)
    won = await hears(p2, "Won", challenge)
    assert won["challenge"]["scriptData"]["last"] == {"by": p2.user_id, "score": "9"}
    kinds = [frame["@class"] for frame in p2.messages if frame["@class"].startswith(".Challenge")]
    assert "privateData" not in str(kinds)


async def test_a_script_finds_out_whose_turn_it_is_by_trying(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    await scripts(
        {
            f"event/{EVENT}": """
            var challenge = Spark.getChallenge(Spark.data.challenge), ids = challenge.getAcceptedPlayerIds();
            Spark.setScriptData("consumed", [ids[1], ids[0], ids[0]].map(function (id) {
                return challenge.consumeTurn(id);
            }));
            Spark.setScriptData("facts", [
                challenge.shortCode, challenge.runState, challenge.challengerId, ids.length,
                challenge.challengedPlayerIds.length, Spark.getChallenge("none"),
                Spark.getChallenge(Spark.data.challenge) === challenge
            ]);
            """
        }
    )
    p1, p2 = await several(player, "P1", "P2")
    challenge = await create(p1, "MOVES", usersToChallenge=p2.user_id, maxAttempts=3)
    await accept(p2, challenge)
    await hears(p1, "Started", challenge)
    answer = await p1.request("LogEventRequest", eventKey=EVENT, score="1", challenge=challenge)
    assert answer["scriptData"] == {
        "consumed": [False, True, False],
        "facts": ["MOVES", "RUNNING", p1.user_id, 2, 1, None, True],
    }
    assert (await get(p1, challenge))["nextPlayer"] == p2.user_id
    silent = [
        frame for frame in await server.before_marker(p1) if frame["@class"] == ".ChallengeTurnTakenMessage"
    ]
    assert silent == []


async def test_a_script_draws_takes_turns_and_removes(player: Player, scripts: SetScripts) -> None:
    await scripts(
        {
            f"event/{EVENT}": """
            var challenge = Spark.getChallenge(Spark.data.challenge), me = Spark.getPlayer();
            Spark.setScriptData("took", challenge.takeTurn(me.playerId));
            Spark.setScriptData("removed", challenge.removePlayer("nobody"));
            challenge.winChallenge(Spark.loadPlayer(Spark.data.stranger));
            challenge.drawChallenge();
            challenge.drawChallenge();
            """
        }
    )
    p1, p2, p3 = await several(player, "P1", "P2", "P3")
    challenge = await create(p1, "MOVES", usersToChallenge=p2.user_id, maxAttempts=3)
    await accept(p2, challenge)
    await hears(p1, "Started", challenge)
    fields = {"challenge": challenge, "stranger": p3.user_id}
    answer = await p1.request("LogEventRequest", eventKey=EVENT, score="1", **fields)
    assert answer["scriptData"] == {"took": True, "removed": False}
    assert (await hears(p2, "TurnTaken", challenge))["who"] == "P1"
    for client in (p1, p2):
        assert (await hears(client, "Drawn", challenge))["challenge"]["state"] == "COMPLETE"
