"""A phone is locked: its client's process is stopped with the socket open, and goes on later."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from benchmarks.faults.outcome import FaultFailed, Outcome
from benchmarks.faults.world import FaultServer, Player, World
from tests.live_server import ROOT

TITLE = "client stopped with its socket open (SIGSTOP), then going on"
PUSHED_WITHIN = 15.0
READ_WITHIN = 10.0
_ATTEMPT = """
SELECT copy.id FROM push_pushattempt attempt
JOIN messaging_playermessage copy ON copy.id = attempt.player_message_id
WHERE copy.document ->> '$.message' = ?
"""


async def run(world: World) -> Outcome:
    """Three messages: read before the stop, in flight when the client stopped, sent while it was silent."""
    server = await world.server()
    sender, reader = await world.player(server), await world.player(server)
    await server.befriend(sender.user_id, [reader.user_id])
    answer = await reader.client.request("PushRegistrationRequest", deviceOS="IOS", pushId="stopped")
    if "error" in answer:
        raise FaultFailed(f"no device: {answer}")
    await reader.close()
    async with _child(server, reader.token) as child:
        await _send(sender, reader, "before")
        before = await _read(child, 1)
        await _confirmed(server, "before")
        child.send_signal(signal.SIGSTOP)
        await _send(sender, reader, "in flight")
        in_flight, seconds = await _pushed(server, "in flight")
        await _send(sender, reader, "while silent")
        while_silent, at_once = await _pushed(server, "while silent")
        child.send_signal(signal.SIGCONT)
        after = await _read(child, 2)
        for text in ("in flight", "while silent"):
            await _confirmed(server, text)
        await _send(sender, reader, "after")
        after += await _read(child, 1)
    texts = [each["message"] for each in before + after]
    if texts != ["before", "in flight", "while silent", "after"]:
        raise FaultFailed(f"the client read {texts}")
    if [each["messageId"] for each in after[:2]] != [in_flight, while_silent]:
        raise FaultFailed("pushed and delivered under different messageIds")
    if server.rows("SELECT 1 FROM push_pushattempt GROUP BY player_message_id HAVING COUNT(*) > 1"):
        raise FaultFailed("a message was pushed twice")
    figures = {"pushed after, s": round(seconds, 1), "pushed while silent after, s": round(at_once, 1)}
    return Outcome(sent=4, figures=dict(figures))


@asynccontextmanager
async def _child(server: FaultServer, token: str) -> AsyncIterator[asyncio.subprocess.Process]:
    program = [sys.executable, "-m", "benchmarks.faults.stopped_child", server.url(), token]
    child = await asyncio.create_subprocess_exec(
        *program, cwd=ROOT, stdout=asyncio.subprocess.PIPE, limit=2**20
    )
    try:
        await _read(child, 1)  # it is logged in
        yield child
    finally:
        child.kill()
        await child.wait()


async def _read(child: asyncio.subprocess.Process, count: int) -> list[dict[str, Any]]:
    """The next `count` lines that the child prints."""
    assert child.stdout
    try:
        async with asyncio.timeout(READ_WITHIN):
            return [json.loads(await child.stdout.readline()) for _ in range(count)]
    except TimeoutError:
        raise FaultFailed(f"the client did not read {count} messages within {READ_WITHIN} s") from None


async def _send(sender: Player, reader: Player, text: str) -> None:
    answer = await sender.client.request("SendFriendMessageRequest", friendIds=[reader.user_id], message=text)
    if "error" in answer:
        raise FaultFailed(f"not sent: {answer}")


async def _pushed(server: FaultServer, text: str) -> tuple[str, float]:
    """The messageId, and how long its push took."""
    began = time.monotonic()
    row = await server.await_row(_ATTEMPT, text, within=PUSHED_WITHIN)
    return str(row["id"]), time.monotonic() - began


async def _confirmed(server: FaultServer, text: str) -> None:
    sql = "SELECT id FROM messaging_playermessage WHERE document ->> '$.message' = ? AND state = 'delivered'"
    await server.await_row(sql, text)
