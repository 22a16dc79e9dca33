"""Stored friend messages: how many, how fast, and what other requests that write come to."""

from benchmarks.bench import Bench, run_pinned
from benchmarks.measures.measured import Figures, Measured, ratio
from benchmarks.server import BY_ORM, PRODUCT, STORING_NOTHING

NOTHING = "the same server storing nothing"
ALONE = "PostgreSQL alone, rows of one statement after the other on disk"
ORM = "Django's ORM on the same server, a transaction a request"


def rates(bench: Bench) -> Figures:
    stored: list[float] = []
    nothing: list[float] = []
    orm: list[float] = []
    for _ in range(bench.sizes.rounds):
        stored.append(_rate(bench))
        nothing.append(_rate(bench, settings=STORING_NOTHING))
        orm.append(_rate(bench, settings=BY_ORM))
    return {
        "request_message_rate": Measured(stored, NOTHING, nothing),
        "request_message_ratio": ratio(stored, NOTHING, nothing),
        "request_message_vs_orm": ratio(stored, ORM, orm),
    }


def latency(bench: Bench) -> Figures:
    """On PostgreSQL beside what it takes alone, which is mostly the disk's time."""
    rounds: list[dict[str, float]] = []
    alone: list[dict[str, float]] = []
    for _ in range(bench.sizes.rounds):
        rounds.append(bench.load("message_latency", bench.sizes.players))
        if bench.backend.name == "postgresql":
            alone.append(_committing(bench))
    return {
        f"request_message_{name}_ms": Measured(
            [each[name] for each in rounds], ALONE if alone else "", [each[name] for each in alone]
        )
        for name in ("p50", "p99")
    }


def second_process(bench: Bench) -> Figures:
    """What it adds that the recipient is connected to another process."""
    same: list[float] = []
    across: list[float] = []
    for _ in range(bench.sizes.rounds):
        same.append(bench.load("message_latency", bench.sizes.players)["p50"])
        across.append(bench.load("message_latency", bench.sizes.players, nodes=2)["p50"])
    added = [there - here for here, there in zip(same, across, strict=True)]
    return {"second_process_p50_ms": Measured(added, "sender and recipient on one process", same)}


def other_requests(bench: Bench) -> Figures:
    rates = [bench.load("other_request_rate", bench.sizes.players)["rate"] for _ in range(bench.sizes.rounds)]
    return {"other_request_rate": Measured(rates)}


def _rate(bench: Bench, settings: str = PRODUCT) -> float:
    return bench.load("message_rate", bench.sizes.players, settings=settings)["rate"]


def _committing(bench: Bench) -> dict[str, float]:
    sizes = bench.sizes
    with bench.fresh(bench.seeded(sizes.players, 0).database) as fresh:
        asked = [fresh.database.url, str(sizes.rate), str(sizes.warm + sizes.seconds)]
        took: dict[str, float] = run_pinned(["benchmarks.peers.committing", *asked])
    print(f"  {ALONE}: p50 {took['p50']:.2f}, p99 {took['p99']:.2f}", flush=True)
    return took
