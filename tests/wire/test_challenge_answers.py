"""Challenges over real sockets: issued, accepted, declined, withdrawn (competition-rules.md §5.2, §5.5)."""

from tests.wire.challenges import (
    INVALID,
    accept,
    ahead,
    classes,
    create,
    decline,
    get,
    hears,
    listed,
    names,
    several,
)
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer


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
