"""What is told of the faults: lines, docs/faults.json, docs/faults.md."""

import datetime
import json
import platform
import subprocess
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.faults.outcome import Outcome

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ("django", "channels", "uvicorn", "uvloop", "websockets")
HEAD = """# Faults

`make faults` harms the real server, run as a process of its own, and holds what clients received against
what was answered and stored (benchmarks/faults/, one file a fault). *Lost* is a message whose sending was
answered and that never reached its player; *repeated* is a frame that came again under the same messageId,
which clients are to expect of at-least-once delivery. `make faults SHORT=1` and the tests in tests/faults/
run the same in small.
"""


@dataclass(slots=True)
class Row:
    """One fault's line. `failed` is what the server did wrong, empty when it held."""

    name: str
    title: str
    outcome: Outcome | None = None
    failed: str = ""
    seconds: float = 0.0

    @property
    def held(self) -> bool:
        return not self.failed and self.outcome is not None and not self.outcome.lost


def line(row: Row) -> str:
    told = row.outcome or Outcome()
    figures = ", ".join(f"{name} {value}" for name, value in told.figures.items())
    state = "held" if row.held else "FAILED"
    counts = f"{told.sent:>6} sent, {told.lost} lost, {told.repeated} repeated, {row.seconds} s"
    text = f"{row.name:<14} {state:<6} {counts}"
    return f"{text}; {figures}{row.failed and f'; {row.failed}'}"


def last_line(rows: list[Row]) -> str:
    told = [row.outcome or Outcome() for row in rows]
    lost, repeated = sum(each.lost for each in told), sum(each.repeated for each in told)
    return f"{len(rows)} faults, {lost} lost, {repeated} repeated"


def write(rows: list[Row]) -> None:
    document = {**_circumstances(), "summary": last_line(rows), "faults": [_entry(row) for row in rows]}
    folder = ROOT / "docs"
    folder.mkdir(exist_ok=True)
    (folder / "faults.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    (folder / "faults.md").write_text(_page(document))


def _entry(row: Row) -> dict[str, Any]:
    told = asdict(row.outcome or Outcome())
    return {
        "name": row.name,
        "title": row.title,
        "held": row.held,
        "failed": row.failed,
        **told,
        "seconds": row.seconds,
    }


def _circumstances() -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        "commit": commit.stdout.strip(),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in VERSIONS}},
        "backend": "sqlite",
    }


def _page(document: dict[str, Any]) -> str:
    rows = [
        f"| {each['title']} | {each['sent']} | {each['lost']} | {each['repeated']} | {_figures(each)} |"
        for each in document["faults"]
    ]
    versions = ", ".join(f"{name} {number}" for name, number in document["versions"].items())
    told = f"{document['date']}, commit {document['commit']}, SQLite, {versions}: {document['summary']}."
    return "\n".join(
        [HEAD, told, "", "| Fault | Sent | Lost | Repeated | Seen |", "|---|--:|--:|--:|---|", *rows, ""]
    )


def _figures(entry: dict[str, Any]) -> str:
    told = [f"{name}: {value}" for name, value in entry["figures"].items()]
    return "; ".join(told + ([f"**failed**: {entry['failed']}"] if entry["failed"] else []))
