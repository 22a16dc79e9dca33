"""Others' servers, measured beside Flint in the same run, on the same cores.

Their settings were raised until nothing was lost. A peer that this machine lacks is told, and left out.
"""

import sys
from dataclasses import dataclass

from benchmarks.bench import run_pinned
from benchmarks.sizes import Sizes


@dataclass(frozen=True, slots=True)
class PeerRun:
    value: float
    described: str


def run(name: str, what: str, sizes: Sizes) -> PeerRun | None:
    """`what`: `fanout`, in deliveries/s, or `memory`, in KB a socket."""
    sockets = sizes.fanout if what == "fanout" else sizes.idle
    found = run_pinned(["benchmarks.peers", name, what, str(sockets), str(sizes.fanouts)])
    if "missing" in found:
        print(f"  {name} is left out: {found['missing']}", file=sys.stderr, flush=True)
        return None
    print(f"  {name} {what}: {found['value']:,.1f} ({found['described']})", flush=True)
    return PeerRun(found["value"], found["described"])
