"""Whole frames of each message about challenges, and exactly who gets them.

The scene is always the same: Anna challenged Bob, who is in, Cleo, who has not answered, and Dora, who said
no; Finn is Anna's friend, and Ben stands by.
"""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.wire.challenges import accept, ahead, create, decline, join, let_pass
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire.literal import Literal
from tests.wire_client import Frame, WireClient

NAMES = ("Anna", "Bob", "Cleo", "Dora", "Finn", "Ben")


@dataclass
class Scene:
    server: DrivenServer
    clients: dict[str, WireClient]

    def __getattr__(self, name: str) -> WireClient:
        return self.clients[name.title()]

    async def challenge(self, short_code: str = "SC1", **fields: Any) -> str:
        """Bob is in, and Dora is not; nobody's messages are left to be read."""
        invited = [self.clients[name].user_id for name in ("Bob", "Cleo", "Dora")]
        made = await create(self.anna, short_code, usersToChallenge=invited, **fields)
        await accept(self.bob, made)
        await decline(self.dora, made)
        await self.heard()
        return made

    async def heard(self) -> dict[str, list[Frame]]:
        """What each socket received since the last time, of those that received anything."""
        frames = {name: await self.server.before_marker(client) for name, client in self.clients.items()}
        return {name: each for name, each in frames.items() if each}

    async def check(self, what: str, challenge: str, only: bool = True) -> None:
        """The message stands literally in its file, for exactly its recipients; `only` it was sent."""
        ids = {name.lower(): client.user_id for name, client in self.clients.items()}
        literal = Literal(f"Challenge{what}Message", challenge=challenge, game=self.server.game_id(), **ids)
        for name, frames in (await self.heard()).items():
            wanted = [frame for frame in frames if frame["@class"] == f".Challenge{what}Message"]
            assert not only or wanted == frames
            for frame in wanted:
                literal.check(f"{name.lower()}s", frame)
        literal.done()


@pytest.fixture
async def scene(server: DrivenServer, player: Player) -> Scene:
    scene = Scene(server, {name: await player(name) for name in NAMES})
    await server.befriend(scene.anna.user_id, scene.finn.user_id)
    return scene


async def test_issued(scene: Scene) -> None:
    await scene.challenge()
    invited = [scene.bob.user_id, scene.cleo.user_id]
    made = await create(scene.anna, usersToChallenge=invited, challengeMessage="Dare you? 😀")
    await scene.check("Issued", made)


async def test_accepted(scene: Scene) -> None:
    made = await scene.challenge(minPlayers=4)
    await accept(scene.cleo, made, message="I am in")
    await scene.check("Accepted", made)


async def test_declined(scene: Scene) -> None:
    made = await scene.challenge(minPlayers=4)
    await decline(scene.cleo, made, message="No time")
    await scene.check("Declined", made)


async def test_withdrawn(scene: Scene) -> None:
    made = await scene.challenge()
    named = {"challengeInstanceId": made, "message": "Another time"}
    await scene.anna.request("WithdrawChallengeRequest", **named)
    await scene.check("Withdrawn", made)


async def test_joined(scene: Scene) -> None:
    made = await create(scene.anna, accessType="PUBLIC", minPlayers=4)
    await join(scene.bob, made)
    await scene.heard()
    await join(scene.cleo, made, message="Room for me?")
    await scene.check("Joined", made)


async def test_started(scene: Scene) -> None:
    made = await scene.challenge()
    await accept(scene.cleo, made)
    await scene.check("Started", made, only=False)


async def test_waiting(scene: Scene) -> None:
    made = await scene.challenge(startTime=ahead(10), minPlayers=3)
    await accept(scene.cleo, made)
    await scene.check("Waiting", made, only=False)


async def test_expired(scene: Scene) -> None:
    made = await scene.challenge(expiryTime=ahead(10))
    let_pass(scene.server, made, 11)
    await scene.anna.wait(lambda: scene.anna.messages or None)
    await scene.check("Expired", made)


async def test_chat(scene: Scene) -> None:
    made = await scene.challenge()
    said = {"challengeInstanceId": made, "message": "verbatim: ${who} {{ x }} 😀"}
    await scene.bob.request("ChatOnChallengeRequest", **said)
    await scene.check("Chat", made)


async def test_turn_taken(scene: Scene) -> None:
    made = await scene.challenge("MOVES", maxAttempts=2)
    await accept(scene.cleo, made)
    await scene.heard()
    await scene.anna.request("LogChallengeEventRequest", challengeInstanceId=made, eventKey="CH_MOVE")
    await scene.check("TurnTaken", made)


async def test_drawn(scene: Scene) -> None:
    made = await scene.challenge()
    await accept(scene.cleo, made)
    await scene.heard()
    let_pass(scene.server, made, 61)
    await scene.anna.wait(lambda: scene.anna.messages or None)
    await scene.check("Drawn", made)


async def play(scene: Scene, **scores: int) -> str:
    """The id of a challenge in which these scored, one after the other, each with one attempt."""
    made = await scene.challenge("SCORES", maxAttempts=1)
    await accept(scene.cleo, made)
    await scene.heard()
    for name, score in scores.items():
        event = {"challengeInstanceId": made, "eventKey": "CH_SCORE", "SCORE": score}
        answer = await getattr(scene, name).request("LogChallengeEventRequest", **event)
        assert "error" not in answer, answer
    return made


async def test_changed(scene: Scene) -> None:
    await scene.check("Changed", await play(scene, anna=10), only=False)


async def test_won(scene: Scene) -> None:
    await scene.check("Won", await play(scene, anna=10, bob=7, cleo=12), only=False)


async def test_lost(scene: Scene) -> None:
    await scene.check("Lost", await play(scene, anna=10, bob=7, cleo=12), only=False)
