"""What sockets cost, to open and to keep, beside others' servers."""

from benchmarks import peers
from benchmarks.bench import Bench
from benchmarks.measures.measured import Figures, Measured, ratio

PEERS = {"kb_per_socket_vs_ws": "ws", "kb_per_socket_vs_socketio": "socketio"}


def connects(bench: Bench) -> Figures:
    sizes = bench.sizes
    rates = [bench.load("connects", sizes.storm, sizes.waiting)["rate"] for _ in range(sizes.rounds)]
    return {"connects_per_second": Measured(rates)}


def memory(bench: Bench) -> Figures:
    """One round: it takes minutes, and hardly differs."""
    ours = [bench.load("memory", bench.sizes.idle)["kb"]]
    figures: Figures = {"kb_per_socket": Measured(ours)}
    for figure, name in PEERS.items() if bench.backend.name == "postgresql" else ():
        if run := peers.run(name, "memory", bench.sizes):
            figures[figure] = ratio(ours, run.described, [run.value])
    return figures
