"""docs/benchmarks.md with its plots, and the README's table, from the results."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.figures import FIGURES, figure_of
from benchmarks.plots import number
from benchmarks.sections import SECTIONS, Section, shown_in

HEAD = """# Benchmarks

Measured by `make bench`: the server on one core, the load, databases and Redis on the others, a fresh
database a round; medians over the rounds, with the smallest and the largest. Friend messages pass throttle,
permissions, segment variants and the delivery decision; latency counts from the moment a request was due.
Ratios are against the peer in the same round, on the same cores. "Storing nothing" is the same server with a
writer that answers at once; a fan-out counts from the request until the last socket has the message.
"""
COLUMNS = "| Figure | On | Floor | Aim | Measured | Spread | Peer |\n|---|---|---|---|---|---|---|\n"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL, Redis"}
OPEN, CLOSE = "<!-- figures -->", "<!-- /figures -->"
Result = dict[str, Any]


def write_report(results: list[Result], path: Path) -> None:
    """The page, and a folder of its name with the plots."""
    folder = path.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    parts = [HEAD]
    for section in SECTIONS:
        if shown := shown_in(section, results):
            for name, plot in section.plots(shown).items():
                (folder / f"{name}.svg").write_text(plot)
            parts.append(_section(section, shown, folder.name))
    path.write_text("\n".join([*parts, *_foot(results), ""]))


def write_readme(results: list[Result], path: Path) -> None:
    """The short form between the README's marks: what has a floor."""
    before, found, rest = path.read_text().partition(OPEN)
    _, closed, after = rest.partition(CLOSE)
    if not (found and closed):
        raise ValueError(f"{path.name} has no {OPEN} … {CLOSE}")
    told = {(each["name"], each["backend"]): _value(each) for each in results}
    floored = [figure for figure in FIGURES.values() if figure.floor is not None]
    rows = [
        f"| {figure.title.lstrip('… ')} | {' | '.join(told.get((figure.name, each), '') for each in NAMES)} |"
        for figure in floored
        if any((figure.name, each) in told for each in NAMES)
    ]
    table = "\n".join([f"| | {' | '.join(NAMES.values())} |", "|---|---|---|", *rows])
    foot = "\n".join(_foot(results))
    path.write_text(f"{before}{OPEN}\n{table}\n\n{foot}\n{CLOSE}{after}")


def _section(section: Section, shown: list[Result], folder: str) -> str:
    rows = "\n".join(_row(each) for each in shown)
    plots = "\n".join(f"\n![{section.title}]({folder}/{name}.svg)" for name in section.plots(shown))
    text = f"{section.text}\n\n" if section.text else ""
    return f"## {section.title}\n{text}{COLUMNS}{rows}\n{plots}\n"


def _row(each: Result) -> str:
    figure, size = figure_of(each["name"])
    sign = "≤" if figure.most else "≥"
    floor = "–" if each["floor"] is None else f"{sign} {number(each['floor'])}"
    aim = "–" if figure.aim is None else f"{sign} {number(figure.aim)}"
    low, high = each["spread"]
    spread = f"{number(low)} to {number(high)}, {each['rounds']} rounds" if each["rounds"] > 1 else "1 round"
    peer = f"{each['peer']}: {number(each['peerValue'])}" if each["peer"] else ""
    title = f"{figure.title}, {size:,}" if size else figure.title
    cells = [f"{title} (`{each['name']}`)", NAMES[each["backend"]], floor, aim, _value(each), spread, peer]
    return f"| {' | '.join(cells)} |"


def _value(each: Result) -> str:
    figure, _ = figure_of(each["name"])
    value = f"{number(each['value'])} {'×' if figure.unit == 'ratio' else figure.unit}"
    if each["floor"] is not None and not figure.met(each["value"], each["backend"]):
        factor = each["value"] / each["floor"] if figure.most else each["floor"] / max(each["value"], 1e-9)
        value += f" **MISSED** by {factor:.2f} ×"
    return value


def _foot(results: Iterable[Result]) -> list[str]:
    """What they were measured on: usually one line a backend."""
    lines = [f"{each['machine']}; commit {each['commit']}, {each['date']}." for each in results]
    return [f"- {line}" for line in dict.fromkeys(lines)]
