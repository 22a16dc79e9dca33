"""What else games do: turns of challenges, and matches for thousands who wait."""

import json
import subprocess
import sys

from benchmarks.bench import Bench
from benchmarks.measures.measured import Figures, Measured
from benchmarks.server import ROOT

PAIRS = 50  # players


def turns(bench: Bench) -> Figures:
    rounds = [bench.load("turn_rate", PAIRS)["rate"] for _ in range(bench.sizes.rounds)]
    return {"challenge_turn_rate": Measured(rounds)}


def matchmaking(bench: Bench) -> Figures:
    """The longest of a run's four passes, in which thousands wait and most are matched."""
    command = [sys.executable, "-m", "benchmarks.matchmaking", "--json"]
    command += ["--players", str(bench.sizes.waiting_players), "--backend", bench.backend.name]
    longest = []
    for _ in range(bench.sizes.rounds):
        told = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
        longest.append(max(each["took"] for each in json.loads(told)))
        print(f"  {told}", flush=True)
    return {"matchmaking_pass_s": Measured(longest)}
