"""docs/benchmarks.md, and the README's table, from the results."""

from pathlib import Path
from typing import Any

from benchmarks.figures import FIGURES, met

HEAD = """# Benchmarks

Measured by `make bench`: the server on one core, the load on the others, SQLite, one process, a fresh
database a round; medians over the rounds, with the smallest and the largest. Friend messages pass throttle,
permissions, segment variants and the delivery decision; latency counts from the moment a request was due.
Ratios are against the peer in the same round. "Storing nothing" is the same server with a writer that
answers at once.

| Figure | Floor | Aim | Measured | Spread | Peer |
|---|---|---|---|---|---|
"""
OPEN, CLOSE = "<!-- figures -->", "<!-- /figures -->"


def write_report(results: list[dict[str, Any]], path: Path) -> None:
    path.write_text(HEAD + "\n".join(_row(each) for each in results) + "\n\n" + _foot(results) + "\n")


def write_readme(results: list[dict[str, Any]], path: Path) -> None:
    """The short form between the README's marks."""
    before, found, rest = path.read_text().partition(OPEN)
    _, closed, after = rest.partition(CLOSE)
    if not (found and closed):
        raise ValueError(f"{path.name} has no {OPEN} … {CLOSE}")
    rows = [f"| {FIGURES[each['name']].title.lstrip('… ')} | {_value(each)} |" for each in results]
    table = "\n".join(["| | |", "|---|---|", *rows])
    path.write_text(f"{before}{OPEN}\n{table}\n\n{_foot(results)}\n{CLOSE}{after}")


def _row(each: dict[str, Any]) -> str:
    figure = FIGURES[each["name"]]
    sign = "≤" if figure.most else "≥"
    floor = "–" if figure.floor is None else f"{sign} {_number(figure.floor)}"
    low, high = each["spread"]
    spread = f"{_number(low)} to {_number(high)}, {each['rounds']} rounds"
    peer = f"{each['peer']}: {_number(each['peerValue'])}" if each["peer"] else ""
    title = f"{figure.title} (`{figure.name}`)"
    return f"| {title} | {floor} | {sign} {_number(figure.target)} | {_value(each)} | {spread} | {peer} |"


def _value(each: dict[str, Any]) -> str:
    figure = FIGURES[each["name"]]
    unit = "×" if figure.unit == "ratio" else figure.unit
    value = f"{_number(each['value'])} {unit}"
    if figure.floor is not None and not met(figure, each["value"]):
        factor = each["value"] / figure.floor if figure.most else figure.floor / each["value"]
        value += f" **MISSED** by {factor:.2f} ×"
    return value


def _foot(results: list[dict[str, Any]]) -> str:
    if not results:
        return ""
    last = results[-1]
    return f"{last['machine']}; commit {last['commit']}, {last['date']}."


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:g}" if value == int(value) else f"{value:.2f}"
