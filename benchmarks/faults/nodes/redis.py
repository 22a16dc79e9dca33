"""Redis loses its memory, stands still, goes away, and is out of one server's reach."""

import asyncio
import os
import random
import signal

from benchmarks.faults.nodes import publishing
from benchmarks.faults.nodes.cluster import Cluster
from benchmarks.faults.outcome import FaultFailed

FROZEN, SHORT_FROZEN = 20.0, 2.0
AWAY, SHORT_AWAY = 60.0, 3.0
CUT_OFF, SHORT_CUT_OFF = 5.0, 1.5
SERVED_WITHIN = 5.0


async def restart_empty(cluster: Cluster) -> str:
    await _kill(cluster)
    await asyncio.to_thread(cluster.redis.start)
    return "killed and started, nothing in memory"


async def freeze(cluster: Cluster) -> str:
    process = cluster.redis.process
    assert process
    os.kill(process.pid, signal.SIGSTOP)
    cluster.struck()
    try:
        await asyncio.sleep(SHORT_FROZEN if cluster.short else FROZEN)
    finally:
        os.kill(process.pid, signal.SIGCONT)
    return "stopped"


async def away(cluster: Cluster) -> str:
    """For a minute, with a publish meanwhile: every server serves the new version soon after."""
    await _kill(cluster)
    words = await publishing.publish(cluster)
    await asyncio.sleep(SHORT_AWAY if cluster.short else AWAY)
    await asyncio.to_thread(cluster.redis.start)
    longest = await publishing.served_everywhere(cluster, words, SERVED_WITHIN)
    return f"gone; published meanwhile, served by all within {longest:.1f} s of its return"


async def cut_off(cluster: Cluster) -> str:
    """One server alone cannot reach Redis: its connections are cut and new ones refused."""
    node = random.choice(cluster.nodes)
    await node.redis_door.shut()
    cluster.struck()
    await asyncio.sleep(SHORT_CUT_OFF if cluster.short else CUT_OFF)
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", node.redis_door.port)
    except OSError:
        pass
    else:
        writer.close()
        raise FaultFailed("Redis could be reached by the door that is shut")
    await node.redis_door.open()
    return "Redis refused to one server alone"


async def _kill(cluster: Cluster) -> None:
    process = cluster.redis.process
    assert process
    process.kill()
    cluster.struck()
    await asyncio.to_thread(process.wait, 10)
