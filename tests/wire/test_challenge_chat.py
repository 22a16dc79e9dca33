"""Challenges over real sockets: what their players say to each other (competition-rules.md §5.5.2)."""

from tests.wire.challenges import INVALID, accept, create, decline, hears, several
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer, register_device


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
