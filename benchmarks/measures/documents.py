"""What a script's `find` costs in a collection of a million documents, beside SQL made by hand."""

import json
import subprocess
import sys

from benchmarks.bench import Bench, Fresh
from benchmarks.measures.measured import Figures, Measured, ratio
from benchmarks.server import ROOT


def finds(bench: Bench) -> Figures:
    """One database: many samples in one round."""
    sizes = bench.sizes
    seeded = bench.seeded(2, 0)
    with bench.fresh(seeded.database) as fresh:
        _documents(fresh, "fill", str(sizes.documents), seeded.players["ids"][0])
        took = json.loads(_documents(fresh, "find", str(sizes.samples)))
    print(f"  {sizes.documents:,} documents: {took}", flush=True)
    return {
        "find_ms": Measured([took["field"]]),
        "find_array_ms": Measured([took["array"]]),
        "find_vs_sql": ratio([took["field"]], "a table of its own", [took["by_hand"]]),
    }


def _documents(fresh: Fresh, *arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.documents", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=fresh.env, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout
