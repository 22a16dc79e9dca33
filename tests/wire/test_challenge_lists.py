"""Challenges over real sockets: lists of them and of their types (competition-rules.md §5.4)."""

from tests.wire.challenges import create, listed
from tests.wire.conftest import Player


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
