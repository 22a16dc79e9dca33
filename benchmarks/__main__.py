"""`make bench`: runs every figure over several rounds, writes docs/benchmarks.json and docs/benchmarks.md."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from typing import Any

from benchmarks.figures import FIGURES, met
from benchmarks.report import write_readme, write_report
from benchmarks.server import ROOT, STORING_NOTHING, load_cores, pin, serving

ROUNDS = 3
CLIENTS = 1000
FANOUT = 5000
STORM = 4000
IDLE = 10_000
RESULTS = ROOT / "docs" / "benchmarks.json"

Value = dict[str, Any]


def measure(name: str, players: int, waiting: int = 0, settings: str = "portal.settings") -> dict[str, float]:
    """One round: a fresh server, the load in a process of its own on the other cores."""
    with (
        serving(players, waiting, settings) as server,
        tempfile.NamedTemporaryFile("w", suffix=".json") as file,
    ):
        json.dump({**server.players, "waiting": waiting}, file)
        file.flush()
        command = [sys.executable, "-m", "benchmarks.measurements", name]
        command += [str(server.port), str(server.pid), file.name]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        pin(process.pid, load_cores())
        output, _ = process.communicate(timeout=600)
        if process.returncode:
            raise RuntimeError(f"the load of {name} failed")
        result: dict[str, float] = json.loads(output)
        print(f"  {name} {settings.rpartition('.')[2]}: {result}", flush=True)
        return result


def messages() -> dict[str, Value]:
    rates, ratios, nothing = [], [], []
    for _ in range(ROUNDS):
        rates.append(measure("message_rate", CLIENTS)["rate"])
        nothing.append(measure("message_rate", CLIENTS, settings=STORING_NOTHING)["rate"])
        ratios.append(rates[-1] / nothing[-1])
    peer = {"peer": "the same server storing nothing", "peerValue": statistics.median(nothing)}
    return {
        "request_message_rate": {"values": rates, **peer},
        "request_message_ratio": {"values": ratios, **peer},
    }


def latency() -> dict[str, Value]:
    rounds = [measure("message_latency", CLIENTS) for _ in range(ROUNDS)]
    return {
        "request_message_p50_ms": {"values": [each["p50"] for each in rounds]},
        "request_message_p99_ms": {"values": [each["p99"] for each in rounds]},
    }


def fanout() -> dict[str, Value]:
    rates, memory, groups = [], [], []
    described = ""
    for _ in range(ROUNDS):
        rates.append(measure("fanout", FANOUT)["rate"])
        memory.append(measure("fanout", FANOUT, settings=STORING_NOTHING)["rate"])
        run = [sys.executable, "-m", "benchmarks.channels_groups", str(FANOUT)]
        peer = json.loads(subprocess.run(run, cwd=ROOT, check=True, capture_output=True).stdout)
        groups.append(peer["rate"])
        described = f"Channels groups, {peer['settings']}"
        print(f"  {described}: {peer['rate']}", flush=True)
    from_memory = {"peer": "the same fan-out from memory", "peerValue": statistics.median(memory)}
    return {
        "fanout_rate": {"values": rates, **from_memory},
        "fanout_ratio": {"values": [a / b for a, b in zip(rates, memory, strict=True)], **from_memory},
        "fanout_vs_channels": {
            "values": [a / b for a, b in zip(rates, groups, strict=True)],
            "peer": described,
            "peerValue": statistics.median(groups),
        },
    }


def connects() -> dict[str, Value]:
    return {"connects_per_second": {"values": [measure("connects", STORM, 5)["rate"] for _ in range(ROUNDS)]}}


def memory() -> dict[str, Value]:
    return {"kb_per_socket": {"values": [measure("memory", IDLE)["kb"]]}}


GROUPS = {
    ("request_message_rate", "request_message_ratio"): messages,
    ("request_message_p50_ms", "request_message_p99_ms"): latency,
    ("fanout_rate", "fanout_ratio", "fanout_vs_channels"): fanout,
    ("connects_per_second",): connects,
    ("kb_per_socket",): memory,
}


def result(name: str, value: Value) -> Value:
    values = value["values"]
    median = statistics.median(values)
    return {
        "name": name,
        "value": round(median, 3),
        "unit": FIGURES[name].unit,
        "floor": FIGURES[name].floor,
        "peer": value.get("peer"),
        "peerValue": round(value["peerValue"], 3) if "peerValue" in value else None,
        "ratio": round(median / value["peerValue"], 3) if "peerValue" in value else None,
        "rounds": len(values),
        "spread": [round(min(values), 3), round(max(values), 3)],
        "backend": "sqlite",
        "commit": _commit(),
        "date": datetime.now(UTC).date().isoformat(),
        "machine": _machine(),
    }


def _machine() -> str:
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {system}, Python {platform.python_version()}"


def _commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return found.stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="a part of a figure's name")
    only = parser.parse_args().only
    known: dict[str, Value] = {}
    if RESULTS.exists():
        known = {each["name"]: each for each in json.loads(RESULTS.read_text())}
    for names, run in GROUPS.items():
        if not any(only in name for name in names):
            continue
        print(", ".join(names), flush=True)
        known.update({name: result(name, value) for name, value in run().items()})
    results = [known[name] for name in FIGURES if name in known]
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    write_report(results, RESULTS.with_suffix(".md"))
    write_readme(results, ROOT / "README.md")
    missed = [each["name"] for each in results if not met(FIGURES[each["name"]], each["value"])]
    print(RESULTS.with_suffix(".md").read_text())
    if missed:
        print(f"MISSED: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
