"""The server is killed between storing messages for players who are away and deciding on their pushes.

Nobody is connected who would fetch them, so only the sweeper of the next process can find them.
"""

import asyncio
import contextlib
import time

from benchmarks.faults.load import Load
from benchmarks.faults.others import until
from benchmarks.faults.outcome import FaultFailed, Outcome
from benchmarks.faults.world import World

TITLE = "kill -9 before the pushes of stored messages were decided"
FAILPOINTS, SHORT_FAILPOINTS = ("before_flush:1", "before_flush:40", "after_commit:20"), ("before_flush:1",)
SHORT_WITHIN = 15.0
PUSHED_WITHIN = 75.0  # a push that was under way is claimed anew when its lease of 60 s ends
_PUSHES = """
SELECT copy.document ->> '$.message' AS text, COUNT(attempt.id) AS pushes
FROM messaging_playermessage copy LEFT JOIN push_pushattempt attempt ON attempt.player_message_id = copy.id
GROUP BY copy.id
"""


async def run(world: World) -> Outcome:
    """Every stored message is pushed; `repeated` are pushes that left twice, with one collapse key."""
    server = await world.server()
    load = await Load.prepare(world, server, senders=4, recipients=3)
    for recipient in load.recipients:
        answer = await recipient.client.request(
            "PushRegistrationRequest", deviceOS="IOS", pushId=recipient.device
        )
        if "error" in answer:
            raise FaultFailed(f"no device: {answer}")
        await recipient.close()
    longest, within = 0.0, SHORT_WITHIN if world.short else PUSHED_WITHIN
    for place in SHORT_FAILPOINTS if world.short else FAILPOINTS:
        await asyncio.to_thread(server.kill)
        await server.begin(place)
        await load.return_senders()
        async with load.run():
            await server.ended()
        await server.begin()
        began = time.monotonic()
        await load.return_senders()
        with contextlib.suppress(FaultFailed):
            await until(lambda: not _unpushed(server.rows(_PUSHES)), within, "not all were pushed")
        longest = max(longest, time.monotonic() - began)
    rows = server.rows(_PUSHES)
    stored = {row["text"] for row in rows}
    if missing := [send.text for send in load.answered() if send.text not in stored]:
        raise FaultFailed(f"answered and not stored: {missing[:3]}")
    repeated = sum(max(0, row["pushes"] - 1) for row in rows)
    return Outcome(len(rows), _unpushed(rows), repeated, {"all pushed after, s": round(longest, 1)})


def _unpushed(rows: list[dict[str, int]]) -> int:
    return sum(not row["pushes"] for row in rows)
