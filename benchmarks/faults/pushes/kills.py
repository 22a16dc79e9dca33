"""The process that pushes is killed while requests to the services are under way, and started again."""

import asyncio
import random
from collections import Counter

from benchmarks.faults.others import until
from benchmarks.faults.outcome import FaultFailed, Outcome
from benchmarks.faults.pushes.installation import Installation
from benchmarks.faults.pushes.reckoning import count_under_way, reckon, settled
from push.sim.faults import SERVICES

TITLE = "kill -9 of the process that pushes, with requests to five push services under way"
KILLS, SHORT_KILLS = 50, 3
READERS, SHORT_READERS = 200, 20
ANSWER_SECONDS = 0.3  # a service takes a push at once, and answers then
TAKEN_WITHIN = 60.0
SETTLED_WITHIN = 240.0  # a push that was under way is claimed anew when its lease of 60 s ends
LEASE_MS = 60_000


async def run(at: Installation, short: bool) -> Outcome:
    """A kill counts with at least one push that was taken and whose outcome was not known."""
    for service in SERVICES:
        at.services.fault("delay", service, seconds=ANSWER_SECONDS)
    count = SHORT_READERS if short else READERS
    await at.add_readers(SERVICES[number % len(SERVICES)] for number in range(count))
    wanted = SHORT_KILLS if short else KILLS
    in_flight: list[int] = []
    seen: set[str] = set()
    caught: Counter[str] = Counter()
    for _ in range(2 * wanted):
        under_way = await _kill(at, seen, caught)
        if under_way:
            in_flight.append(under_way)
        if short:
            _end_leases(at)
        await at.pusher.begin()
        if len(in_flight) == wanted:
            break
    if len(in_flight) < wanted:
        raise FaultFailed(f"only {len(in_flight)} kills found a request under way")
    await settled(at, SETTLED_WITHIN)
    outcome = reckon(at, caught)
    outcome.figures = {
        "kills": len(in_flight),
        "requests under way at a kill, least": min(in_flight),
        "in all": sum(in_flight),
        "claimed at the kills": sum(caught.values()),
    }
    return outcome


async def _kill(at: Installation, seen: set[str], caught: Counter[str]) -> int:
    """How many requests were under way: taken by a service, and no outcome written."""
    before = at.services.count()
    await at.send(at.readers)
    await until(lambda: at.services.count() > before, TAKEN_WITHIN, "no service took anything")
    await asyncio.sleep(random.uniform(0, ANSWER_SECONDS))
    at.pusher.kill()
    held = set(count_under_way(at, seen, caught))
    suffixes = {message_id[-16:] for message_id in held}
    return sum(each.collapse_key[-16:] in suffixes for each in at.services.delivered(before))


def _end_leases(at: Installation) -> None:
    """As if the minute had passed."""
    at.server.database.execute(f"UPDATE push_outboxpush SET due_ms = due_ms - {LEASE_MS} WHERE claim <> ''")
