"""Challenges over real sockets: found, and joined by who is eligible (competition-rules.md §5.5, §5.6)."""

from typing import Any

from tests.wire.challenges import create, join, names, several
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient


async def segment(server: DrivenServer, client: WireClient, **values: str) -> None:
    for code, value in values.items():
        answer = await server.rest(
            "SetSegmentValueRequest", playerId=client.user_id, segment=code, value=value
        )
        assert "error" not in answer, answer


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
