"""What scores and looks cost on a leaderboard of a million entries, ranks beside other ways, and growth."""

import json
import subprocess
import sys

import psycopg

from benchmarks.bench import Bench, Fresh
from benchmarks.bulk import Bulk
from benchmarks.figures import scaled
from benchmarks.measures.measured import Figures, Measured, ratio
from benchmarks.server import ROOT, Serving

SEEDED = 200  # players who can log in: the first has no friends on the board, the second many


def ranks_and_posts(bench: Bench) -> Figures:
    """One database: many samples in one round. A server for each load, so that none meets another's ends."""
    sizes = bench.sizes
    seeded = bench.seeded(SEEDED, 0)
    felt: dict[str, dict[str, float]] = {}
    rates: list[dict[str, float]] = []
    with bench.fresh(seeded.database) as fresh:
        with psycopg.connect(fresh.database.url) as connection:
            Bulk(connection, sizes, []).add_players(1, sizes.board_entries)
        _boards(fresh, "fill", str(sizes.board_friends), seeded.players["ids"][1])
        ranks = json.loads(_boards(fresh, "ranks", str(sizes.samples)))
        for name in ("board_posts", "board_views", "score_latency"):
            with Serving(fresh.env) as serving:
                felt[name] = bench.run(name, serving, bench.task(serving, seeded.players))
        for _ in range(sizes.rounds):
            with Serving(fresh.env) as serving:
                rates.append(bench.run("score_rate", serving, bench.task(serving, seeded.players)))
    print(f"  {sizes.board_entries:,} entries: {ranks}, {felt}, {rates}", flush=True)
    ours = [ranks["buckets"]]
    return {
        "board_post_ms": Measured([felt["board_posts"]["post"]]),
        "board_post_friends_ms": Measured([felt["board_posts"]["friends"]]),
        "board_page_ms": Measured([felt["board_views"]["page"]]),
        "board_around_ms": Measured([felt["board_views"]["around"]]),
        "board_post_rate": Measured([each["rate"] for each in rates]),
        "board_post_p99_ms": Measured([felt["score_latency"]["p99"]]),
        "board_rank_ms": Measured(ours),
        "board_rank_vs_count": ratio(ours, "count(*) by an index", [ranks["index"]]),
        "board_rank_vs_redis": ratio(ours, "Redis, ZRANK and ZCARD", [ranks["redis"]]),
    }


def growth(bench: Bench) -> Figures:
    """One database whose board grows: one round a size, of many samples, and a server each."""
    sizes, figures, before = bench.sizes, Figures(), 0
    seeded = bench.seeded(SEEDED, 0)
    with bench.fresh(seeded.database) as fresh:
        for step, number in enumerate(sizes.boards):
            # Those of the step before hold high scores by now.
            players = {name: values[2 * step : 2 * step + 2] for name, values in seeded.players.items()}
            with psycopg.connect(fresh.database.url) as connection:
                Bulk(connection, sizes, []).add_players(before + 1, number)
            before = number
            _boards(fresh, "fill", str(min(sizes.board_friends, number)), players["ids"][1])
            with Serving(fresh.env) as serving:
                task = bench.task(serving, players)
                task.board_entries = number
                posts = bench.run("board_posts", serving, task)
                views = bench.run("board_views", serving, task)
            print(f"  {number:,} entries: {posts}, {views}", flush=True)
            figures[scaled("boards_post_ms", number)] = Measured([posts["post"]])
            figures[scaled("boards_page_ms", number)] = Measured([views["page"]])
            figures[scaled("boards_around_ms", number)] = Measured([views["around"]])
    return figures


def _boards(fresh: Fresh, *arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.boards", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=fresh.env, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout
