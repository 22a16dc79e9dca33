"""What a score costs on a leaderboard of a million entries, and what its rank costs beside other ways."""

import json
import subprocess
import sys

import psycopg

from benchmarks.bench import Bench, Fresh
from benchmarks.bulk import Bulk
from benchmarks.measures.measured import Figures, Measured, ratio
from benchmarks.server import ROOT, Serving

SEEDED = 4  # players: one without friends on the board, one with many


def posts_and_ranks(bench: Bench) -> Figures:
    """One database and one server: many samples in one round."""
    sizes = bench.sizes
    seeded = bench.seeded(SEEDED, 0)
    with bench.fresh(seeded.database) as fresh:
        with psycopg.connect(fresh.database.url) as connection:
            Bulk(connection, sizes, []).add_players(sizes.board_entries)
        _boards(fresh, "fill", str(sizes.board_friends), seeded.players["ids"][1])
        ranks = json.loads(_boards(fresh, "ranks", str(sizes.samples)))
        with Serving(fresh.env) as serving:
            felt = bench.run("board_posts", serving, bench.task(serving, seeded.players))
    print(f"  {sizes.board_entries:,} entries: {ranks}, {felt}", flush=True)
    ours = [ranks["buckets"]]
    return {
        "board_post_ms": Measured([felt["post"]]),
        "board_post_friends_ms": Measured([felt["friends"]]),
        "board_rank_ms": Measured(ours),
        "board_rank_vs_count": ratio(ours, "count(*) by an index", [ranks["index"]]),
        "board_rank_vs_redis": ratio(ours, "Redis, ZRANK and ZCARD", [ranks["redis"]]),
    }


def _boards(fresh: Fresh, *arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.boards", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=fresh.env, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout
