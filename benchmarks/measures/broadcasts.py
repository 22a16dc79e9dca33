"""How fast one worker makes the copies of a message to everybody."""

import time

import psycopg

from benchmarks.bench import Bench, manage
from benchmarks.bulk import Bulk
from benchmarks.game import GAME
from benchmarks.loads.sockets import resident_kb
from benchmarks.measures.measured import Figures, Measured
from benchmarks.server import working

MADE = 20  # players by the seed; the others are multiplied
SEEN = "SELECT expanded, created_ms, ended_ms FROM messaging_broadcast"
LOOK_SECONDS = 0.1
WITHIN = 600.0


def rows(bench: Bench) -> Figures:
    """Rendered once, and for each recipient; and the largest growth of a worker since its first rows."""
    once: list[float] = []
    personal: list[float] = []
    grown: list[float] = []
    for _ in range(bench.sizes.rounds):
        for rates, ext_code in ((once, "NEWS"), (personal, "OWN_NEWS")):
            rate, growth = _round(bench, ext_code)
            rates.append(rate)
            grown.append(growth)
    return {
        "broadcast_rows_per_second": Measured(once),
        "broadcast_personal_rows_per_second": Measured(personal),
        "broadcast_worker_growth_mb": Measured(grown),
    }


def _round(bench: Bench, ext_code: str) -> tuple[float, float]:
    seeded = bench.seeded(MADE, 1)
    with bench.fresh(seeded.database) as fresh, psycopg.connect(fresh.database.url) as connection:
        Bulk(connection, bench.sizes, []).add_players(1, bench.sizes.broadcast - MADE)
        connection.commit()
        connection.autocommit = True
        connection.execute("ANALYZE")
        with working(fresh.env) as pid:
            to_all = ("--message", ext_code, "--all", "--data", '{"text": "The season begins"}')
            manage(fresh.env, "broadcast", GAME["apiKey"], "preview", *to_all)
            rate, growth = _follow(connection, pid)
    print(f"  {bench.backend.name} broadcast {ext_code}: {rate:,.0f} rows/s, {growth:.1f} MB", flush=True)
    return rate, growth


def _follow(connection: "psycopg.Connection[tuple[int, int, int | None]]", pid: int) -> tuple[float, float]:
    """Rows a second from its beginning to its end, and the worker's growth since its first rows, in MB."""
    memory = most = 0
    deadline = time.monotonic() + WITHIN
    while time.monotonic() < deadline:
        found = connection.execute(SEEN).fetchone()
        assert found is not None
        expanded, created_ms, ended_ms = found
        if expanded:
            memory = memory or resident_kb(pid)
            most = max(most, resident_kb(pid))
        if ended_ms is not None:
            return expanded * 1000 / (ended_ms - created_ms), (most - memory) / 1024
        time.sleep(LOOK_SECONDS)
    raise RuntimeError(f"not done within {WITHIN} s: {found}")
