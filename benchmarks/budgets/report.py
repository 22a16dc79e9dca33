"""docs/portal-budgets.md."""

from collections.abc import Sequence

from benchmarks.budgets.harness import HarnessLoad
from benchmarks.budgets.limits import HEAP_MB, INPUT_MS, TRACE_MS, Cell, Measured, cells

HEAD = """# What the portal's pages cost

Measured by `make budgets` with Chromium, on one machine with the server, PostgreSQL and Redis: the demo game
after its story, {players:,} players and {messages:,} messages beside it. First comes a browser with an empty
cache, *again* is its next visit. A page is usable when it has loaded and the next input would be handled, an
editor or the harness when its scripts have made it. Medians of {rounds}; the server's p95 is of 40 answers,
the queries are those of one. Each value stands beside what it may be at most: ● met, **MISSED** more.
"""
FIRST = ("kB", "requests", "usable ms", "server p95 ms", "queries", "again kB", "again requests", "again ms")
EVERY = f"| Page | {' | '.join(FIRST)} |"
RULE = "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
MOVED = "| Page | layout shift | long task after loading, ms |\n|---|--:|--:|"
LONG = "| | measured |\n|---|--:|"


def page(
    measured: Sequence[Measured],
    further: Sequence[Cell],
    told: Sequence[str],
    players: int,
    messages: int,
    rounds: int,
) -> str:
    rows = [_row(each, cells(each)[:8]) for each in measured]
    moved = [_row(each, cells(each)[8:]) for each in measured]
    return "\n".join(
        [
            HEAD.format(players=players, messages=messages, rounds=rounds),
            "## Loading\n",
            EVERY,
            RULE,
            *rows,
            "\n## Afterwards\n",
            MOVED,
            *moved,
            "\n## Under load\n",
            LONG,
            *(f"| {each.name} | {shown(each)} |" for each in further),
            "",
            *(f"- {line}" for line in told),
            "",
        ]
    )


def further_cells(trace_p95_ms: float, traced: int, load: HarnessLoad) -> list[Cell]:
    return [
        Cell(f"trace of one message among {traced:,} copies, server p95 ms", trace_p95_ms, TRACE_MS),
        Cell(
            f"harness, {load.messages:,} messages to four players in {load.seconds:.0f} s: heap grown by, MB",
            load.heap_mb,
            HEAP_MB,
        ),
        Cell("harness under that: longest delay of a key, ms", load.input_ms, INPUT_MS),
        Cell(
            f"harness, a log of {load.rows:,} rows scrolled: median ms between two pictures (60 a second)",
            load.picture_ms,
            1000 / 60 + 1,
        ),
    ]


def shown(cell: Cell) -> str:
    mark = "●" if cell.met else "**MISSED**"
    return f"{_number(cell.value)} ≤ {_number(cell.most)} {mark}"


def _row(each: Measured, shown_cells: Sequence[Cell]) -> str:
    return f"| {each.page} | {' | '.join(map(shown, shown_cells))} |"


def _number(value: float) -> str:
    if value == int(value):
        return f"{int(value)}"
    return f"{value:.3f}" if value < 0.1 else f"{value:.1f}"
