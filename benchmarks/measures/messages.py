"""Stored friend messages: how many, how fast, and what other requests that write come to."""

from benchmarks.bench import Bench
from benchmarks.measures.measured import Figures, Measured, ratio
from benchmarks.server import BY_ORM, PRODUCT, STORING_NOTHING

NOTHING = "the same server storing nothing"
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
    rounds = [bench.load("message_latency", bench.sizes.players) for _ in range(bench.sizes.rounds)]
    return {
        "request_message_p50_ms": Measured([each["p50"] for each in rounds]),
        "request_message_p99_ms": Measured([each["p99"] for each in rounds]),
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
