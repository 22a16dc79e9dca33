"""One stored message to thousands of sockets, beside the same from memory and beside others' servers."""

from collections import defaultdict

from benchmarks import peers
from benchmarks.bench import Bench
from benchmarks.measures.measured import Figures, Measured, ratio
from benchmarks.server import PRODUCT, STORING_NOTHING

MEMORY = "the same fan-out from memory"
PEERS = {
    "sqlite": {"fanout_vs_channels": "channels_pubsub"},
    "postgresql": {
        "fanout_vs_channels": "channels_pubsub",
        "fanout_vs_channels_core": "channels_core",
        "fanout_vs_ws": "ws",
        "fanout_vs_socketio": "socketio",
        "fanout_vs_nchan": "nchan",
    },
}


def fanout(bench: Bench) -> Figures:
    """A peer that this machine lacks is left out, and said."""
    stored: list[float] = []
    personal: list[float] = []
    memory: list[float] = []
    theirs: dict[str, list[float]] = defaultdict(list)
    described: dict[str, str] = {}
    wanted = PEERS[bench.backend.name]
    for _ in range(bench.sizes.rounds):
        stored.append(_rate(bench))
        personal.append(_rate(bench, ext_code="OWN_NEWS"))
        memory.append(_rate(bench, settings=STORING_NOTHING))
        for figure, name in wanted.items():
            if run := peers.run(name, "fanout", bench.sizes):
                theirs[figure].append(run.value)
                described[figure] = run.described
    beside = {figure: ratio(stored, described[figure], values) for figure, values in theirs.items() if values}
    return {
        "fanout_rate": Measured(stored, MEMORY, memory),
        "fanout_ratio": ratio(stored, MEMORY, memory),
        "fanout_personal_ratio": ratio(personal, MEMORY, memory),
        **beside,
    }


def _rate(bench: Bench, ext_code: str = "NEWS", settings: str = PRODUCT) -> float:
    return bench.load("fanout", bench.sizes.fanout, ext_code=ext_code, settings=settings)["rate"]
