"""How figures go with the number of processes, of sockets, and of stored messages."""

import psycopg

from benchmarks.bench import Bench
from benchmarks.bulk import Bulk
from benchmarks.figures import scaled
from benchmarks.measures.measured import Figures, Measured
from benchmarks.server import Serving

FELT = ("inbox", "connect", "send", "most_inbox", "most_connect")


def processes(bench: Bench) -> Figures:
    rates: dict[int, list[float]] = {number: [] for number in bench.sizes.processes}
    for _ in range(bench.sizes.rounds):
        for number, seen in rates.items():
            seen.append(bench.load("message_rate", bench.sizes.players, processes=number)["rate"])
    return {scaled("processes_message_rate", number): Measured(seen) for number, seen in rates.items()}


def sockets(bench: Bench) -> Figures:
    """Latency at the usual rate, and a fan-out to all of them."""
    figures: Figures = {}
    for number in bench.sizes.sockets:
        rounds = [bench.load("message_latency", number) for _ in range(bench.sizes.rounds)]
        fanouts = [bench.load("fanout", number)["rate"] for _ in range(bench.sizes.rounds)]
        figures[scaled("sockets_p50_ms", number)] = Measured([each["p50"] for each in rounds])
        figures[scaled("sockets_p99_ms", number)] = Measured([each["p99"] for each in rounds])
        figures[scaled("sockets_fanout_rate", number)] = Measured(fanouts)
    return figures


def stored(bench: Bench) -> Figures:
    """One database that grows: one round a size, of many samples, and a server started anew for each."""
    sizes = bench.sizes
    half = sizes.active + 2
    seeded = bench.seeded(2 * half, 1)
    players = {name: [*values[:half], values[2 * half - 1]] for name, values in seeded.players.items()}
    felt: dict[int, dict[str, float]] = {}
    with bench.fresh(seeded.database) as fresh, psycopg.connect(fresh.database.url) as connection:
        bulk = Bulk(connection, sizes, players["ids"])
        bulk.begin()
        for number in sizes.stored:
            bulk.fill(number)
            with Serving(fresh.env) as serving:
                felt[number] = bench.run("stored", serving, bench.task(serving, players))
            print(f"  {number:,} stored messages: {felt[number]}", flush=True)
    return _curves(felt)


def _curves(felt: dict[int, dict[str, float]]) -> Figures:
    """A figure a size, and the last size as a multiple of the first."""
    first, last = felt[min(felt)], felt[max(felt)]
    figures = {
        scaled(f"stored_{name}_ms", number): Measured([each[name]])
        for number, each in felt.items()
        for name in FELT
    }
    for name in FELT:
        compared = first[name.removeprefix("most_")]  # as an active player's when little is stored
        peer = f"{min(felt):,} stored messages"
        figures[f"stored_{name}_ratio"] = Measured([last[name] / compared], peer, [compared])
    return figures
