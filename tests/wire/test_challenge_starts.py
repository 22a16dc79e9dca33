"""Challenges over real sockets: when they begin, wait and expire (competition-rules.md §5.3, §5.9)."""

from tests.wire.challenges import (
    INVALID,
    accept,
    ahead,
    classes,
    create,
    hears,
    join,
    let_pass,
    listed,
    names,
    several,
)
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer

OPEN_CHALLENGE = {
    "accessType": "PUBLIC",
    "autoStartJoinedChallengeOnMaxPlayers": True,
    "maxAttempts": 1,
    "minPlayers": 2,
    "maxPlayers": 3,
}


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
