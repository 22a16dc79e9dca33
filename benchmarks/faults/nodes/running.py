"""One fault from start to reckoning: traffic, hits that count, quiet, and what is missing then."""

import asyncio
import contextlib
import random
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.faults.nodes import services, watch
from benchmarks.faults.nodes.catalogue import NodesFault
from benchmarks.faults.nodes.cluster import Cluster
from benchmarks.faults.nodes.traffic import Traffic
from benchmarks.faults.others import until
from benchmarks.faults.outcome import FaultFailed, Outcome
from benchmarks.push_services import Services

HITS, SHORT_HITS = 20, 1
PLAYERS, SHORT_PLAYERS = 500, 120
RATE, SHORT_RATE = 250.0, 80.0  # messages a second
AWAY_SHARE = 0.2  # of the recipients
BURST = 0.5  # of the senders
LEAST = 20
SHORTEST, LONGEST = 0.5, 1.5  # seconds between hits
HERE_WITHIN = 60.0
PUSHED_WITHIN = 150.0
SETTLED_WITHIN = 150.0  # past the 90 s after which a worker looks at what was written and not confirmed
SABOTAGED_WITHIN = 10.0  # without the sabotage the same fault has settled after a few


async def run(
    faults: Sequence[NodesFault],
    folder: Path,
    short: bool = False,
    sabotage: str = "",
    simulated: bool = False,
) -> Outcome:
    """One after the other on one installation, then the reckoning. Raises FaultFailed.

    `simulated`: pushes go to the services of push/sim, not to the sandbox.
    """
    players = SHORT_PLAYERS if short else PLAYERS
    with _disk(folder / "disk", max(fault.disk_mb for fault in faults)) as disk:
        pushes = Services(folder / "services") if simulated else None
        cluster = Cluster(folder, players, short, sabotage, disk, pushes)
        try:
            await cluster.start()
            watch.watch(cluster.database)
            return await _suffer(faults, cluster)
        except (AssertionError, OSError, TimeoutError) as failed:
            raise FaultFailed(f"{type(failed).__name__}: {failed}\n{cluster.logs()}") from failed
        finally:
            await cluster.end()


async def _suffer(faults: Sequence[NodesFault], cluster: Cluster) -> Outcome:
    through_doors = any(fault.through_doors for fault in faults)
    ports = [node.door.port if through_doors else node.port for node in cluster.nodes]
    rate = SHORT_RATE if cluster.short else RATE
    traffic = Traffic(ports, cluster.seeded, int(cluster.players / 2 * AWAY_SHARE), rate)
    cluster.traffic = traffic
    try:
        await traffic.start()
        in_flight: list[int] = []
        probes: Counter[str] = Counter()
        for fault in faults:
            in_flight += await _hit(fault, cluster, traffic, probes)
        await traffic.settle(SABOTAGED_WITHIN if cluster.sabotage else SETTLED_WITHIN)
        await until(
            lambda: not watch.pushes_waiting(cluster.database), PUSHED_WITHIN, "pushes are still queued"
        )
    finally:
        await traffic.end()
    ledger = traffic.ledger
    figures: dict[str, float | int | str] = {
        "hits": len(in_flight),
        "in flight at a hit, least": min(in_flight),
        "shown by": "; ".join(f"{probe} ({count} ×)" for probe, count in probes.items()),
        "answered with an error": ledger.refused,
        **watch.check(cluster.database),
    }
    if cluster.services is not None:
        figures |= services.reckon(cluster.database, cluster.services)
    return Outcome(len(ledger.sends), len(ledger.missing()), ledger.repeated, figures)


async def _hit(fault: NodesFault, cluster: Cluster, traffic: Traffic, probes: Counter[str]) -> list[int]:
    """How much was in flight at each hit that counts. `probes` counts what showed that it hit."""
    wanted, burst = SHORT_HITS if cluster.short else HITS, int(len(traffic.senders) * BURST)
    in_flight: list[int] = []

    def struck() -> None:
        traffic.burst(burst)
        in_flight.append(len(traffic.ledger.awaited))

    cluster.struck = struck
    for _ in range(2 * wanted):
        await asyncio.sleep(random.uniform(SHORTEST, LONGEST))
        traffic.burst(burst)
        probe = await fault.hit(cluster)
        await until(traffic.all_here, HERE_WITHIN, "not everybody came back after a hit")
        traffic.check()
        if in_flight[-1] < LEAST:
            in_flight.pop()
            continue
        probes[probe] += 1
        if len(in_flight) == wanted:
            return in_flight
    raise FaultFailed(f"only {len(in_flight)} hits found {LEAST} messages in flight")


@contextlib.contextmanager
def _disk(folder: Path, megabytes: int) -> Iterator[Path | None]:
    """A tmpfs for PostgreSQL; needs root."""
    if not megabytes:
        yield None
        return
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
