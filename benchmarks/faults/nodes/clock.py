"""One server's clock is an hour wrong, ahead or behind."""

import asyncio
import itertools
import time
from email.utils import parsedate_to_datetime
from pathlib import Path

from benchmarks.faults.nodes.cluster import Cluster, Node
from benchmarks.faults.outcome import FaultFailed

HOUR = 3600
WRONG, SHORT_WRONG = 2.0, 1.0  # seconds of traffic under the wrong clock
_skews = itertools.cycle((HOUR, -HOUR))


async def wrong_by_an_hour(cluster: Cluster) -> str:
    node, skew = cluster.nodes[1], next(_skews)
    await _restart(node, _environment(skew))
    seen = await asyncio.to_thread(_skew_of, node)
    if abs(seen - skew) > 60:
        raise FaultFailed(f"the server's clock is {seen:.0f} s off, not {skew}")
    cluster.struck()
    await asyncio.sleep(SHORT_WRONG if cluster.short else WRONG)
    await _restart(node, {})
    return "the server's Date header was an hour off"


async def _restart(node: Node, env: dict[str, str]) -> None:
    for name in _environment(0):
        node.env.pop(name, None)
    node.env.update(env)
    await asyncio.to_thread(node.stop)
    await node.begin()


def _environment(skew: int) -> dict[str, str]:
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    if not found:
        raise FaultFailed("libfaketime is not installed (Debian: apt-get install faketime)")
    return {"LD_PRELOAD": str(found[0]), "FAKETIME": f"{skew:+d}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def _skew_of(node: Node) -> float:
    """Seconds that the Date header of an answer is ahead."""
    return parsedate_to_datetime(node.date_header()).timestamp() - time.time()
