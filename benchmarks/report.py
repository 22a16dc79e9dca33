"""docs/benchmarks.md from the results."""

from pathlib import Path
from typing import Any

from benchmarks.figures import FIGURES, met

HEAD = """# Benchmarks

Measured by `make bench`: the server on one core, the load on the others, SQLite, one process, a fresh
database a round; medians over the rounds, with the smallest and the largest. Friend messages pass throttle,
permissions, segment variants and the delivery decision; latency counts from the moment a request was due.
Ratios are against the peer in the same round. "Storing nothing" is the same server with a writer that
answers at once.

| Figure | Floor | Measured | Spread | Peer |
|---|---|---|---|---|
"""


def write_report(results: list[dict[str, Any]], path: Path) -> None:
    rows = [_row(each) for each in results]
    last = results[-1] if results else {}
    foot = f"\n{last.get('machine')}; commit {last.get('commit')}, {last.get('date')}.\n" if results else ""
    path.write_text(HEAD + "\n".join(rows) + "\n" + foot)


def _row(each: dict[str, Any]) -> str:
    figure = FIGURES[each["name"]]
    bound = f"{'≤' if figure.most else '≥'} {_number(figure.floor)} {figure.unit}"
    value = f"{_number(each['value'])} {figure.unit}"
    if not met(figure, each["value"]):
        factor = each["value"] / figure.floor if figure.most else figure.floor / each["value"]
        value += f" **MISSED** by {factor:.2f} ×"
    low, high = each["spread"]
    peer = f"{each['peer']}: {_number(each['peerValue'])}" if each["peer"] else ""
    title = f"{figure.title} (`{figure.name}`)"
    spread = f"{_number(low)} to {_number(high)}, {each['rounds']} rounds"
    return f"| {title} | {bound} | {value} | {spread} | {peer} |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:g}" if value == int(value) else f"{value:.2f}"
