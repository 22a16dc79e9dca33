"""Challenges over real sockets: what their players put at stake (competition-rules.md §5.8.6)."""

from tests.wire.challenges import accept, ahead, create, hears, let_pass
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient


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
