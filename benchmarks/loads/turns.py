"""Turns of duels: LogChallengeEventRequest, whose every turn tells both players.

The first half of the players challenge, each the one at the same place in the second half. The two then move
in turns, as many duels side by side as there are pairs.
"""

import asyncio
import json
from datetime import UTC, datetime, timedelta

from benchmarks.client import BenchClient, text_frame
from benchmarks.loads.closed_loop import ClosedLoop
from benchmarks.loads.task import Result, Task

MOVE = '{"@class":".LogChallengeEventRequest","requestId":"1","eventKey":"MOVE","challengeInstanceId":"%s"}'
ANSWER = b".LogChallengeEventResponse"
PAIRS = 25
WITHIN = 30.0


async def turn_rate(task: Task) -> Result:
    """Turns a second."""
    moves: dict[BenchClient, bytes] = {}
    others: dict[BenchClient, BenchClient] = {}

    def move(client: BenchClient) -> None:
        """By the opponent of the one whose move was answered."""
        opponent = others[client]
        opponent.transport.write(moves[opponent])

    loop = ClosedLoop(task.sizes, ANSWER, move)
    pairs = min(PAIRS, task.half)
    first = await task.players(task.tokens[:pairs], loop.answered)
    second = await task.players(task.tokens[task.half : task.half + pairs], loop.answered)
    for one, other in zip(first, second, strict=True):
        challenge_id = await _begin(one, other)
        moves[one] = moves[other] = text_frame((MOVE % challenge_id).encode())
        others[one], others[other] = other, one
        one.on_text = other.on_text = loop.answered
    return {"rate": await loop.rate(second)}


async def _begin(one: BenchClient, other: BenchClient) -> str:
    """The id of a new duel of the two; the challenger moves first."""
    ends = datetime.now(UTC) + timedelta(hours=1)
    created = await _ask(
        one,
        "CreateChallenge",
        challengeShortCode="DUEL",
        accessType="PRIVATE",
        usersToChallenge=[other.player_id],
        endTime=ends.strftime("%Y-%m-%dT%H:%MZ"),
    )
    challenge_id = str(created["challengeInstanceId"])
    await _ask(other, "AcceptChallenge", challengeInstanceId=challenge_id)
    return challenge_id


async def _ask(client: BenchClient, name: str, **fields: object) -> dict[str, object]:
    answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def take(_: BenchClient, payload: bytes) -> None:
        if f".{name}Response".encode() in payload and not answer.done():
            answer.set_result(payload)

    client.on_text = take
    client.send(json.dumps({"@class": f".{name}Request", "requestId": "1", **fields}))
    document: dict[str, object] = json.loads(await asyncio.wait_for(answer, WITHIN))
    if "error" in document:
        raise RuntimeError(f"{name}: {document['error']}")
    return document
