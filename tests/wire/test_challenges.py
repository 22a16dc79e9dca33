"""Challenges over real sockets: the scenarios of competition-rules.md §5.9 that need no scores."""

from typing import Any

from tests.wire.challenges import (
    accept,
    ahead,
    classes,
    create,
    decline,
    get,
    hears,
    join,
    let_pass,
    listed,
    names,
)
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer, register_device
from tests.wire_client import WireClient

INVALID = {"challengeInstanceId": "INVALID"}
OPEN_CHALLENGE = {
    "accessType": "PUBLIC",
    "autoStartJoinedChallengeOnMaxPlayers": True,
    "maxAttempts": 1,
    "minPlayers": 2,
    "maxPlayers": 3,
}


async def several(player: Player, *wanted: str) -> list[WireClient]:
    return [await player(name) for name in wanted]


async def segment(server: DrivenServer, client: WireClient, **values: str) -> None:
    for code, value in values.items():
        answer = await server.rest(
            "SetSegmentValueRequest", playerId=client.user_id, segment=code, value=value
        )
        assert "error" not in answer, answer


async def test_c1_an_open_challenge_starts_early_when_it_is_full(player: Player) -> None:
    p1, p2, p3 = await several(player, "P1", "P2", "P3")
    start = ahead(9)
    challenge = await create(p1, "GS_CHALLENGE", **OPEN_CHALLENGE, startTime=start, endTime=ahead(28))
    assert (await join(p2, challenge))["joined"] is True
    joined = await hears(p1, "Joined", challenge)
    shown = joined["challenge"]
    assert (joined["who"], shown["state"], shown["startDate"], shown["maxTurns"]) == (
        "P2",
        "ISSUED",
        start,
        1,
    )
    assert (names(shown["accepted"]), names(shown["challenged"])) == (["P1", "P2"], ["P2"])
    assert shown["turnCount"] == {p1.user_id: 0, p2.user_id: 0}
    early = ahead(0)
    assert (await join(p3, challenge))["joined"] is True
    for client in (p1, p2):
        assert (await hears(client, "Joined", challenge))["who"] == "P3"
    for client in (p1, p2, p3):
        shown = (await hears(client, "Started", challenge))["challenge"]
        assert (shown["state"], names(shown["accepted"])) == ("RUNNING", ["P1", "P2", "P3"])
        assert names(shown["challenged"]) == ["P2", "P3"]
        assert shown["startDate"] in (early, ahead(0))


async def test_c2_an_open_challenge_that_is_not_full_starts_at_its_time(
    server: DrivenServer, player: Player
) -> None:
    p1, p2 = await several(player, "P1", "P2")
    challenge = await create(p1, "GS_CHALLENGE", **OPEN_CHALLENGE, startTime=ahead(9), endTime=ahead(28))
    await join(p2, challenge)
    let_pass(server, challenge, 10)
    for client in (p1, p2):
        shown = (await hears(client, "Started", challenge))["challenge"]
        assert (shown["state"], names(shown["accepted"])) == ("RUNNING", ["P1", "P2"])


async def test_c2_variant_it_expires_before_when_it_has_an_expiry(
    server: DrivenServer, player: Player
) -> None:
    p1, p2, bystander = await several(player, "P1", "P2", "Bystander")
    times = {"startTime": ahead(9), "expiryTime": ahead(7), "endTime": ahead(28)}
    challenge = await create(p1, "GS_CHALLENGE", **OPEN_CHALLENGE, **times)
    await join(p2, challenge)
    let_pass(server, challenge, 8)
    for client in (p1, p2):
        assert (await hears(client, "Expired", challenge))["challenge"]["state"] == "EXPIRED"
    assert (await join(bystander, challenge))["joined"] is False
    assert await server.before_marker(bystander) == []


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


async def test_c4_a_declined_challenge_is_the_challenger_s_to_see(
    server: DrivenServer, player: Player
) -> None:
    p1, p2 = await several(player, "P1", "P2")
    challenge = await create(p1, "asyncChallenge", usersToChallenge=p2.user_id)
    issued = await hears(p2, "Issued", challenge)
    assert (issued["challenge"]["scriptData"], issued["challenge"]["state"]) == ({}, "ISSUED")
    assert await listed(p2, state="RECEIVED") == [challenge]
    event = {"challengeInstanceId": challenge, "eventKey": "CH_MOVE"}
    assert (await p2.request("LogChallengeEventRequest", **event))["error"] == INVALID
    await decline(p2, challenge, message="No time")
    declined = await hears(p1, "Declined", challenge)
    assert (declined["who"], declined["message"]) == ("P2", "No time")
    assert await listed(p1, state="DECLINED") == [challenge]
    assert await listed(p2, state="RECEIVED") == []
    assert await server.before_marker(p2) == []


async def test_c5_players_find_challenges_of_their_level(server: DrivenServer, player: Player) -> None:
    p1, p2, p3, p4 = await several(player, "P1", "P2", "P3", "P4")
    for client, level in ((p1, "Newbie"), (p2, "Newbie"), (p3, "Advanced"), (p4, "Advanced")):
        await segment(server, client, level=level)
    newbie, advanced = [
        await create(creator, accessType="PUBLIC", eligibilityCriteria={"segments": {"level": level}})
        for creator, level in ((p2, "Newbie"), (p3, "Advanced"))
    ]

    async def find(client: WireClient) -> dict[str, dict[str, Any]]:
        answer = await client.request("FindChallengeRequest", accessType="PUBLIC", shortCode="SC1")
        found = {each["challengeId"]: each for each in answer["challengeInstances"]}
        return {key: found[key] for key in (newbie, advanced) if key in found}

    seen = await find(p1)
    assert list(seen) == [newbie]
    shown = seen[newbie]
    assert (names(shown["accepted"]), shown["turnCount"]) == (["P2"], {p2.user_id: 0})
    assert [key for key in shown if key.endswith("Date")] == ["endDate"]
    assert (await join(p1, newbie))["joined"] is True
    assert list(await find(p4)) == [advanced]
    assert list(await find(p3)) == []


async def test_c6_segments_may_come_with_the_request(player: Player) -> None:
    p1, p2 = await several(player, "P1", "P2")
    friendly = {"segments": {"category": "friendly"}}
    challenge = await create(p2, accessType="PUBLIC", eligibilityCriteria=friendly)

    async def finds(**fields: Any) -> bool:
        answer = await p1.request("FindChallengeRequest", accessType="PUBLIC", **fields)
        return challenge in [each["challengeId"] for each in answer["challengeInstances"]]

    assert not await finds()
    assert not await finds(eligibility={})
    assert await finds(eligibility=friendly)
    refused = await join(p1, challenge)
    assert refused["error"] == {"eligibility": {"missingSegments": {"category": ["friendly"]}}}
    assert (await join(p1, challenge, eligibility=friendly))["joined"] is True


async def test_c7_all_segments_must_fit_and_one_value_of_a_list(server: DrivenServer, player: Player) -> None:
    creator = await player("P0")
    criteria = {"segments": {"level": ["Newbie", "Advanced"], "country": "UK"}}
    challenge = await create(creator, accessType="PUBLIC", eligibilityCriteria=criteria, minPlayers=5)

    async def attempt(**values: str) -> Any:
        client = await player("guest")
        await segment(server, client, **values)
        answer = await join(client, challenge)
        return answer.get("joined", answer.get("error"))

    assert await attempt(level="Advanced", country="UK") is True
    assert await attempt(level="Newbie", country="UK") is True
    assert await attempt(level="Newbie", country="US") == {
        "eligibility": {"invalidSegments": {"actual": {"country": "US"}, "required": {"country": "UK"}}}
    }
    assert await attempt(level="Newbie") == {"eligibility": {"missingSegments": {"country": ["UK"]}}}


async def test_c10_all_who_were_invited_answer_first(server: DrivenServer, player: Player) -> None:
    p1, p2, p3 = await several(player, "P1", "P2", "P3")
    challenge = await create(p1, usersToChallenge=[p2.user_id, p3.user_id])
    assert (await accept(p2, challenge))["challengeInstanceId"] == challenge
    assert (await hears(p1, "Accepted", challenge))["challenge"]["state"] == "ISSUED"
    assert (await get(p2, challenge))["state"] == "ISSUED"
    await decline(p3, challenge)
    for client in (p1, p2):
        assert names((await hears(client, "Started", challenge))["challenge"]["accepted"]) == ["P1", "P2"]
    assert classes(await server.before_marker(p3)) == ["Issued"]
    other = await create(p1, usersToChallenge=[p2.user_id, p3.user_id])
    await decline(p2, other)
    await decline(p3, other)
    assert (await get(p1, other))["state"] == "DECLINED"


async def test_c11_a_challenge_waits_for_its_start(server: DrivenServer, player: Player) -> None:
    p1, p2 = await several(player, "P1", "P2")
    start = ahead(10)
    challenge = await create(p1, accessType="PUBLIC", startTime=start, minPlayers=2)
    await join(p2, challenge)
    for client in (p1, p2):
        shown = (await hears(client, "Waiting", challenge))["challenge"]
        assert (shown["state"], shown["startDate"]) == ("WAITING", start)
    assert await listed(p2, state="WAITING") == [challenge]
    let_pass(server, challenge, 11)
    for client in (p1, p2):
        assert (await hears(client, "Started", challenge))["challenge"]["state"] == "RUNNING"


async def test_c11_a_script_brings_the_start_forward(server: DrivenServer, player: Player) -> None:
    p1, p2 = await several(player, "P1", "P2")
    challenge = await create(p1, accessType="PUBLIC", startTime=ahead(10), minPlayers=2)
    await join(p2, challenge)
    let_pass(server, challenge, 5)
    assert await server.script("start", challenge) is True
    for client in (p1, p2):
        assert (await hears(client, "Started", challenge))["challenge"]["state"] == "RUNNING"
    let_pass(server, challenge, 6)
    for client in (p1, p2):
        assert "Started" not in classes(await server.before_marker(client))


async def test_everybody_hears_what_is_said_and_who_is_away_is_pushed(
    server: DrivenServer, player: Player
) -> None:
    p1, p2, away, declined, friend, foreign = await several(
        player, "P1", "P2", "Away", "Declined", "Friend", "Foreign"
    )
    await server.befriend(p1.user_id, friend.user_id)
    invited = [each.user_id for each in (p2, away, declined)]
    challenge = await create(p1, usersToChallenge=invited, silent=True)
    await accept(p2, challenge)
    await decline(declined, challenge)
    await register_device(away)
    await away.request("EndSessionRequest")
    text = "verbatim: ${who} {{ x }} 😀"
    for outsider in (declined, foreign, friend):
        answer = await outsider.request(
            "ChatOnChallengeRequest", challengeInstanceId=challenge, message="hello"
        )
        assert answer["error"] == INVALID
    said = await p2.request("ChatOnChallengeRequest", challengeInstanceId=challenge, message=text)
    assert said == {
        "@class": ".ChatOnChallengeResponse",
        "requestId": said["requestId"],
        "challengeInstanceId": challenge,
    }
    for client in (p1, p2):
        heard = await hears(client, "Chat", challenge)
        assert (heard["message"], heard["who"]) == (text, "P2")
    for client in (declined, friend, foreign):
        assert await server.before_marker(client) == []
    (row,) = server.messages_of(away.user_id)
    assert [push["device_os"] for push in await server.pushes(row["id"])] == ["ios"]
    assert server.rows("SELECT text FROM competition_challengechat WHERE challenge_id = ?", challenge) == [
        {"text": text}
    ]


async def test_a_withdrawn_challenge_is_over_for_those_challenged(
    server: DrivenServer, player: Player
) -> None:
    p1, p2, p3, bystander = await several(player, "P1", "P2", "P3", "Bystander")
    challenge = await create(p1, usersToChallenge=[p2.user_id, p3.user_id])
    await accept(p2, challenge)
    named = {"challengeInstanceId": challenge}
    assert (await p2.request("WithdrawChallengeRequest", **named))["error"] == INVALID
    answer = await p1.request("WithdrawChallengeRequest", **named, message="Another time")
    assert answer["challengeInstanceId"] == challenge
    for client in (p2, p3):
        withdrawn = await hears(client, "Withdrawn", challenge)
        assert (withdrawn["who"], withdrawn["message"]) == ("P1", "Another time")
        assert withdrawn["challenge"]["state"] == "WITHDRAWN"
    assert classes(await server.before_marker(p1)) == ["Accepted"]
    assert await server.before_marker(bystander) == []
    assert (await accept(p3, challenge))["error"] == INVALID
    assert (await get(bystander, challenge))["error"] == INVALID


async def test_friends_find_and_join_a_friend_s_challenge(server: DrivenServer, player: Player) -> None:
    p1, friend, foreign = await several(player, "P1", "Friend", "Foreign")
    await server.befriend(p1.user_id, friend.user_id)
    challenge = await create(p1, accessType="FRIENDS")
    private = await create(p1, usersToChallenge=foreign.user_id)

    async def found(client: WireClient) -> list[str]:
        answer = await client.request("FindChallengeRequest")
        return [each["challengeId"] for each in answer["challengeInstances"]]

    assert (await found(friend), await found(foreign)) == ([challenge], [])
    assert (await join(foreign, challenge))["error"] == {"JOIN": "NOT_FRIEND"}
    assert (await join(friend, private))["error"] == {"JOIN": "Must be a PUBLIC|FRIENDS challenge to join"}
    assert (await join(friend, "0" * 24))["error"] == {"challengeInstanceId": "UNKNOWN"}
    assert (await join(friend, challenge))["joined"] is True
    assert (await join(friend, challenge))["joined"] is False


async def test_every_fault_of_a_new_challenge_is_named_at_once(server: DrivenServer, player: Player) -> None:
    p1 = await player("P1")
    before = server.count("competition_challenge")
    answer = await p1.request("CreateChallengeRequest", challengeShortCode="SC1")
    assert answer["error"] == {"usersToChallenge": "REQUIRED", "endTime": "REQUIRED"}
    answer = await p1.request(
        "CreateChallengeRequest",
        challengeShortCode="NONE",
        usersToChallenge=["0" * 24],
        autoStartJoinedChallengeOnMaxPlayers=True,
        startTime=ahead(-10),
        endTime=ahead(-20),
        expiryTime=ahead(-1),
        minPlayers=0,
        maxAttempts=0,
        eligibilityCriteria={"level": "x"},
    )
    assert answer["error"] == {
        "challengeShortCode": "INVALID",
        "usersToChallenge": "INVALID",
        "autoStartJoinedChallengeOnMaxPlayers": "MaxPlayers Required",
        "startTime": "INVALID",
        "endTime": "INVALID",
        "expiryTime": "INVALID",
        "minPlayers": "INVALID",
        "maxAttempts": "INVALID",
        "eligibilityCriteria": {"level": "UNRECOGNISED"},
    }
    malformed = {"segments": {"level": 7}}
    answer = await p1.request(
        "CreateChallengeRequest",
        challengeShortCode="SC1",
        accessType="PUBLIC",
        endTime=ahead(60),
        eligibilityCriteria=malformed,
    )
    assert answer["error"] == {"eligibilityCriteria": {"segments": {"level": "MALFORMED"}}}
    assert server.count("competition_challenge") == before


async def test_pages_of_a_list_have_numbers(player: Player) -> None:
    p1 = await player("P1")
    made = [await create(p1, accessType="PUBLIC") for _ in range(3)]
    assert await listed(p1) == made[::-1]
    assert await listed(p1, entryCount=2, offset=1) == made[:1]
    assert await listed(p1, entryCount=1, offset=1) == [made[1]]
    assert await listed(p1, shortCode="GS_CHALLENGE") == []
    assert await listed(p1, state="RUNNING", states=["ISSUED"]) == made[::-1]


async def test_types_are_listed(player: Player) -> None:
    p1 = await player("P1")
    types = (await p1.request("ListChallengeTypeRequest"))["challengeTemplates"]
    assert [each for each in types if each["challengeShortCode"] == "asyncChallenge"] == [
        {
            "challengeShortCode": "asyncChallenge",
            "description": "Scripts decide",
            "name": "Asynchronous Challenge",
            "tags": "async,slow",
        }
    ]


async def test_a_worker_expires_a_challenge_within_a_second_of_its_time(
    server: DrivenServer, player: Player
) -> None:
    p1, p2 = await several(player, "P1", "P2")
    challenge = await create(p1, usersToChallenge=p2.user_id, expiryTime=ahead(3 / 60, seconds=True))
    for client in (p1, p2):
        expired = await hears(client, "Expired", challenge)
        assert (expired["challenge"]["state"], "who" in expired) == ("EXPIRED", False)
    assert (await accept(p2, challenge))["error"] == INVALID
    for client in (p1, p2):
        assert "Expired" not in classes(await server.before_marker(client))


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


async def wagering(server: DrivenServer, player: Player, name: str) -> WireClient:
    """A player with 15 of the first currency."""
    client = await player(name)
    server.execute(
        "INSERT INTO competition_wallet VALUES (?, 15, 0, 0, 0, 0, 0)"
        " ON CONFLICT (player_id) DO UPDATE SET currency1 = 15",
        client.user_id,
    )
    return client


async def balance(client: WireClient) -> int:
    return int((await client.request("AccountDetailsRequest"))["currency1"])


async def test_a_wager_of_ten_each_makes_a_pot_of_twenty(server: DrivenServer, player: Player) -> None:
    p1, p2 = [await wagering(server, player, name) for name in ("P1", "P2")]
    challenge = await create(p1, "SCORES", usersToChallenge=p2.user_id, maxAttempts=1, currency1Wager=10)
    assert (await hears(p2, "Issued", challenge))["challenge"]["currency1Wager"] == 10
    assert (await balance(p1), await balance(p2)) == (5, 15)
    await accept(p2, challenge)
    assert (await balance(p1), await balance(p2)) == (5, 5)
    for client, score in ((p1, 1), (p2, 2)):
        event = {"challengeInstanceId": challenge, "eventKey": "CH_SCORE", "SCORE": score}
        await client.request("LogChallengeEventRequest", **event)
    won = await hears(p2, "Won", challenge)
    assert [won[f"currency{number}Won"] for number in range(1, 7)] == [20, 0, 0, 0, 0, 0]
    assert (await balance(p1), await balance(p2)) == (5, 25)
    refused = await p1.request(
        "CreateChallengeRequest",
        challengeShortCode="SCORES",
        usersToChallenge=p2.user_id,
        endTime=ahead(60),
        currency1Wager=10,
    )
    assert refused["error"] == {"currency1": "INSUFFICIENT_FUNDS"}


async def test_an_expired_wager_is_given_back(server: DrivenServer, player: Player) -> None:
    p1, p2, p3 = [await wagering(server, player, name) for name in ("P1", "P2", "P3")]
    invited = [p2.user_id, p3.user_id]
    challenge = await create(p1, usersToChallenge=invited, expiryTime=ahead(5), currency1Wager=10)
    await accept(p2, challenge)
    assert [await balance(each) for each in (p1, p2, p3)] == [5, 5, 15]
    let_pass(server, challenge, 6)
    await hears(p3, "Expired", challenge)
    assert [await balance(each) for each in (p1, p2, p3)] == [15, 15, 15]
