"""Scripts: what a run costs, what it adds to a request and to a message, and what one game does to another.

Costs are CPU seconds of the sandbox processes, so that a busy machine changes little.
"""

import json
import tempfile
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager

from benchmarks.bench import Bench, run_pinned
from benchmarks.cores import SERVER_CORE, load_cores, server_cores
from benchmarks.measures.measured import Figures, Measured, ratio
from benchmarks.scripts import node
from benchmarks.server import Serving

ENGINE = "the bare engine, one function bound"
ALONE = "nobody else's scripts, ms"
NONE = "the same server without scripts"
EVERY = server_cores() | load_cores()  # a sandbox process has a core, as it mostly does
PLAYERS = 100
PLAIN, SCRIPTED = "MOVE", "SCRIPTED"


def runs(bench: Bench) -> Figures:
    """Ten lines and four host calls, and ten modules, beside the bare engine and Node in the same rounds."""
    ours: list[float] = []
    bare: list[float] = []
    vm: list[float] = []
    modules: list[float] = []
    for _ in range(bench.sizes.rounds):
        ours.append(_program(bench, "ten_lines")["rate"])
        bare.append(_program(bench, "bare")["rate"])
        modules.append(_program(bench, "modules")["ms"])
        if not node.missing():
            vm.append(node.rate(bench.sizes.seconds))
    figures = {
        "scripts_run_rate": Measured(ours, ENGINE, bare),
        "scripts_run_ratio": ratio(ours, ENGINE, bare),
        "scripts_modules_ms": Measured(modules),
    }
    return {**figures, "scripts_run_vs_node": ratio(ours, node.described(), vm)} if vm else figures


def copies(bench: Bench) -> Figures:
    """A script for each recipient of one message, with the database's part and without."""
    count = bench.sizes.script_recipients
    seeded = bench.seeded(count, 0)
    sandbox: list[float] = []
    everything: list[float] = []
    for _ in range(bench.sizes.rounds):
        with bench.fresh(seeded.database) as fresh:
            told = run_pinned(["benchmarks.scripts.copies"], {SERVER_CORE}, fresh.env)
        print(f"  {bench.backend.name} copies: {told}", flush=True)
        sandbox.append(told["sandbox_rate"])
        everything.append(told["rate"])
    return {"scripts_copy_rate": Measured(sandbox), "scripts_copy_whole_rate": Measured(everything)}


def beside_others(bench: Bench) -> Figures:
    """One game's runs beside endless loops, and beside hostile scripts of all kinds, of another game."""
    figures: Figures = {}
    for figure, program in (("scripts_neighbour", "neighbours"), ("scripts_hostile", "hostile")):
        rounds = [_program(bench, program, EVERY) for _ in range(bench.sizes.rounds)]
        beside, alone = [each["beside"] for each in rounds], [each["alone"] for each in rounds]
        figures[f"{figure}_p99_ratio"] = ratio(beside, ALONE, alone)
    return figures


def requests(bench: Bench) -> Figures:
    """What a script adds to a request at a steady rate, and what scripts of other requests cost one."""
    added: dict[str, list[float]] = {"p50": [], "p99": []}
    plain: dict[str, list[float]] = {"p50": [], "p99": []}
    bound: list[float] = []
    without: list[float] = []
    for _ in range(bench.sizes.rounds):
        with _serving(bench, scripted=True) as serving:
            before = _events(bench, serving, "event_latency", PLAIN)
            told = _events(bench, serving, "event_latency", SCRIPTED)
            bound.append(_events(bench, serving, "event_rate", PLAIN)["rate"])
        for name, values in added.items():
            values.append(told[name] - before[name])
            plain[name].append(before[name])
        with _serving(bench, scripted=False) as serving:
            without.append(_events(bench, serving, "event_rate", PLAIN)["rate"])
    return {
        "scripts_added_p50_ms": Measured(added["p50"], "the request without a script", plain["p50"]),
        "scripts_added_p99_ms": Measured(added["p99"], "the request without a script", plain["p99"]),
        "scripts_unbound_ratio": ratio(bound, NONE, without),
    }


@contextmanager
def _serving(bench: Bench, *, scripted: bool) -> Iterator[Serving]:
    with bench.fresh(bench.seeded(PLAYERS, 0).database) as fresh:
        if scripted:
            run_pinned(["benchmarks.scripts.bind"], None, fresh.env)
        with Serving(fresh.env) as serving:
            yield serving


def _events(bench: Bench, serving: Serving, load: str, event: str) -> dict[str, float]:
    task = bench.task(serving, bench.seeded(PLAYERS, 0).players)
    task.event = event
    result = bench.run(load, serving, task)
    print(f"  {bench.backend.name} {load} {event}: {result}", flush=True)
    return result


def _program(bench: Bench, name: str, cores: AbstractSet[int] = frozenset({SERVER_CORE})) -> dict[str, float]:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"warm": bench.sizes.warm, "seconds": bench.sizes.seconds}, file)
        file.flush()
        told: dict[str, float] = run_pinned(["benchmarks.scripts", name, file.name], set(cores))
    print(f"  scripts, {name}: {told}", flush=True)
    return told
