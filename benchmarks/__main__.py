"""`make bench`: runs the measurements, and writes docs/benchmarks.json and docs/benchmarks.md after each."""

import argparse
import sys
import tempfile
import traceback
from dataclasses import replace
from pathlib import Path

from benchmarks.backends import backend
from benchmarks.bench import Bench
from benchmarks.catalogue import MEASURES
from benchmarks.figures import figure_of
from benchmarks.measures.measured import Measure
from benchmarks.report import write_readme, write_report
from benchmarks.results import Result, Results
from benchmarks.server import ROOT
from benchmarks.sizes import FULL, SMOKE

BACKENDS = ("sqlite", "postgresql")


def main() -> int:
    options = _options()
    chosen = [measure for measure in MEASURES if any(options.only in name for name in measure.names)]
    if not chosen:
        print(f"no figure's name contains {options.only!r}", file=sys.stderr)
        return 2
    folder = ROOT / ("var/smoke" if options.smoke else "docs")
    results = Results(folder / "benchmarks.json")
    failed = []
    for name in BACKENDS if not options.backend else (options.backend,):
        if here := [measure for measure in chosen if name in measure.backends]:
            failed += _measure(name, here, results, options)
    if not options.smoke:
        write_readme(results.all(), ROOT / "README.md")
    print((folder / "benchmarks.md").read_text())
    missed = [] if options.smoke else [_named(each) for each in results.all() if _missed(each)]
    for what, names in (("MISSED", missed), ("FAILED", failed)):
        if names:
            print(f"{what}: {'; '.join(names)}")
    return 1 if missed or failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", default="", help="a part of a figure's name")
    parser.add_argument("--backend", choices=BACKENDS, help="this one alone")
    parser.add_argument("--rounds", type=int, default=0, help=f"instead of {FULL.rounds}")
    parser.add_argument("--smoke", action="store_true", help="tiny sizes, results in var/smoke")
    return parser.parse_args()


def _measure(name: str, measures: list[Measure], results: Results, options: argparse.Namespace) -> list[str]:
    """Those that could not be measured."""
    failed = []
    sizes = SMOKE if options.smoke else FULL
    if options.rounds:
        sizes = replace(sizes, rounds=options.rounds)
    with tempfile.TemporaryDirectory(prefix="flint-bench-") as folder, backend(name, Path(folder)) as chosen:
        bench = Bench(chosen, sizes, Path(folder))
        for measure in measures:
            print(f"{name}: {', '.join(measure.names)}", flush=True)
            try:
                figures = measure.run(bench)
            except Exception:  # whatever it was, the others are measured all the same
                traceback.print_exc()
                failed.append(f"{', '.join(measure.names)} on {name}")
                continue
            results.add(figures, chosen)
            write_report(results.all(), results.file.with_suffix(".md"))
    return failed


def _missed(each: Result) -> bool:
    return not figure_of(each["name"])[0].met(each["value"], each["backend"])


def _named(each: Result) -> str:
    return f"{each['name']} on {each['backend']}"


if __name__ == "__main__":
    sys.exit(main())
