"""`make soak`: an hour of load. docs/soak.md says what grew, what slowed down; exits 1 if something did."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec

from benchmarks.backends import backend
from benchmarks.bench import Bench
from benchmarks.cores import pin
from benchmarks.loads.task import Task
from benchmarks.results import circumstances
from benchmarks.server import ROOT, Serving
from benchmarks.sizes import FULL
from benchmarks.soak import page
from benchmarks.soak.samples import Felt, Sample, take
from benchmarks.soak.verdict import compare, lost

SHARE = 0.5  # of the most that was measured
RESULTS = ROOT / "docs" / "benchmarks.json"


def main() -> int:
    options = _options()
    rate = options.rate or _half_of_the_most(options.backend)
    sizes = replace(FULL, players=options.players, rate=rate, seconds=options.minutes * 60)
    with (
        tempfile.TemporaryDirectory(prefix="flint-soak-") as folder,
        backend(options.backend, Path(folder)) as chosen,
    ):
        bench = Bench(chosen, sizes, Path(folder))
        samples = _soak(bench)
        told = circumstances(chosen)
    compared = compare(samples, options.minutes)
    text = (
        f"{rate:,} messages a second, {options.players:,} sockets. {told['machine']}; commit {told['commit']}"
    )
    page.write(options.folder, samples, compared, options.minutes, f"{text}, {told['date']}.")
    print((options.folder / "soak.md").read_text())
    held = all(each.held for each in compared) and not lost(samples) and not samples[-1].felt.refused
    return 0 if held else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument(
        "--rate", type=int, default=0, help="messages a second instead of half the most measured"
    )
    parser.add_argument("--players", type=int, default=FULL.players)
    parser.add_argument("--backend", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs", help="for the results")
    return parser.parse_args()


def _half_of_the_most(name: str) -> int:
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    for each in known:
        if (each["name"], each["backend"]) == ("request_message_rate", name):
            return int(each["value"] * SHARE)
    sys.exit(f"docs/benchmarks.json has no request_message_rate on {name}: run make bench, or give RATE=.")


def _soak(bench: Bench) -> list[Sample]:
    """A sample for each line that the load prints."""
    seeded = bench.seeded(bench.sizes.players, 0)
    samples: list[Sample] = []
    with bench.fresh(seeded.database) as fresh, Serving(fresh.env) as serving:
        began = time.monotonic()
        with _load(bench.task(serving, seeded.players), serving) as lines:
            for line in lines:
                felt = msgspec.json.decode(line, type=Felt)
                samples.append(take((time.monotonic() - began) / 60, felt, serving.pids, fresh.database))
                if len(samples) % 12 == 0:
                    print(samples[-1], flush=True)
    return samples


@contextmanager
def _load(task: Task, serving: Serving) -> Iterator[Iterator[bytes]]:
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        file.write(msgspec.json.encode(task))
        file.flush()
        command = [sys.executable, "-m", "benchmarks.soak.load", file.name]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        pin(process.pid, serving.load_cores)
        assert process.stdout is not None
        try:
            yield iter(process.stdout)
            if process.wait(60):
                raise RuntimeError("the load failed")
        finally:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
