"""A new version of the game is published, and each server asked whether it serves it."""

import asyncio
import copy
import itertools
import json
import time

from benchmarks.faults.nodes.cluster import Cluster, Node
from benchmarks.faults.outcome import FaultFailed
from benchmarks.game import GAME

CALL = "/live/rs/bench0000001/server/server-secret/SendMessageRequest"
_versions = itertools.count(1)


async def publish(cluster: Cluster) -> str:
    """Publish a game with one extension more; its code."""
    code = f"V{next(_versions)}"
    document = copy.deepcopy(GAME)
    extensions = document["messageExtensions"]
    assert isinstance(extensions, list)
    extensions.append({"shortCode": code, "name": code, "template": code})
    file = cluster.folder / f"{code}.json"
    file.write_text(json.dumps(document))
    await asyncio.to_thread(cluster.workers[0].manage, "import_game", str(file), "--publish")
    return code


async def served_everywhere(cluster: Cluster, code: str, within: float) -> float:
    """Seconds until each server knows the extension. Raises FaultFailed when that takes too long."""
    began = time.monotonic()
    waiting = list(cluster.nodes)
    while waiting := [node for node in waiting if not await _knows(node, code)]:
        if time.monotonic() - began > within:
            raise FaultFailed(f"{waiting[0].folder.name} serves an old version after {within} s")
        await asyncio.sleep(0.1)
    return time.monotonic() - began


async def _knows(node: Node, code: str) -> bool:
    """A server refuses an extension that it does not know before it looks at the players."""
    body = json.dumps({"playerIds": ["nobody"], "extCode": code}).encode()
    _, answer = await asyncio.to_thread(node.post, CALL, body)
    error = json.loads(answer)["error"]
    return "extCode" not in error and "playerIds" in error
