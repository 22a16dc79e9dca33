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
DOCUMENT, PAGE = ROOT / "docs" / "faults.json", ROOT / "docs" / "faults.md"
VERSIONS = ("django", "channels", "uvicorn", "uvloop", "websockets", "psycopg", "redis")
HEAD = """# Faults

`make faults` harms the real server and holds what clients received against what they sent. *Lost* is a
message whose sending was noted and that never reached its player; *repeated* is a frame that came again
under the same messageId, which clients are to expect of at-least-once delivery. `make faults SHORT=1` and
the tests in tests/faults/ run the same in small. Each row says when it was measured, and at which commit.
"""
PARTS = {
    "postgresql and redis": """## Many processes, on PostgreSQL and Redis

Two servers, two workers, 500 players who connect again as SDKs do, 250 messages a second and a burst of
125 at each hit. A sender notes each number before it sends it; what is not answered, or answered with an
error, it sends again under the same durable id. A hit counts with at least 20 messages in flight and with
something that shows the fault. At the end every recipient has every number, under one messageId; triggers
in the database hold each push against its row: one attempt for each that was decided, none claimed after
its row was confirmed. Where pushes go to push/sim (`make faults PUSH=sim`), what its services delivered is
held against the rows too: each push belongs to one decision, and came again only where its outcome was not
known.

Challenges, matches and leaderboards have one server and two workers. Whoever decides something dies at the
place that was asked for: before its commit, after it, or after its messages were delivered. Each round is
then held against what it is to have made, row by row, and every player's frames against the rows.

Pushes have one server, one worker and the five services of push/sim. What these delivered is held against the
inbox and the attempts: each push belongs to one decision, each decision's push came, and it came again only
where its process was killed, or its connection ended, before the outcome was known; always under the same
collapse key. *Repeated* are those.
""",
    "sqlite": """## One process, on SQLite

A message counts as sent once its sending was answered; of challenges, matches and leaderboards, once what it
tells of has come about. Pushes are held against their decisions as above.
""",
}


@dataclass(slots=True)
class Row:
    """One fault's line. `failed` is what the server did wrong, empty when it held."""

    name: str
    title: str
    backend: str = "sqlite"
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
    text = f"{row.name:<18} {state:<6} {counts}"
    return f"{text}; {figures}{row.failed and f'; {row.failed}'}"


def last_line(rows: list[Row]) -> str:
    told = [row.outcome or Outcome() for row in rows]
    return _summary(len(rows), sum(each.lost for each in told), sum(each.repeated for each in told))


def write(rows: list[Row]) -> None:
    """Put these rows in the place of earlier ones of the same names."""
    known: dict[str, Any] = {}
    if DOCUMENT.exists():
        known = {entry["name"]: entry for entry in json.loads(DOCUMENT.read_text())["faults"]}
    known |= {row.name: _entry(row) for row in rows}
    entries = list(known.values())
    lost, repeated = (sum(entry[key] for entry in entries) for key in ("lost", "repeated"))
    document = {"summary": _summary(len(entries), lost, repeated), "faults": entries}
    DOCUMENT.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    PAGE.write_text(_page(document))


def _summary(faults: int, lost: int, repeated: int) -> str:
    return f"{faults} faults, {lost} lost, {repeated} repeated"


def _entry(row: Row) -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "name": row.name,
        "title": row.title,
        "backend": row.backend,
        "held": row.held,
        "failed": row.failed.partition("\n")[0],
        **asdict(row.outcome or Outcome()),
        "seconds": row.seconds,
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        "commit": commit.stdout.strip(),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in VERSIONS}},
    }


def _page(document: dict[str, Any]) -> str:
    parts = [HEAD, f"{document['summary']}.", ""]
    for backend, head in PARTS.items():
        entries = [entry for entry in document["faults"] if entry["backend"] == backend]
        parts += [head, "| Fault | Sent | Lost | Repeated | Seen | Measured |", "|---|--:|--:|--:|---|---|"]
        parts += [_line(entry) for entry in entries]
        parts.append("")
    versions = ", ".join(f"{name} {number}" for name, number in document["faults"][-1]["versions"].items())
    return "\n".join([*parts, f"With {versions}.", ""])


def _line(entry: dict[str, Any]) -> str:
    counts = f"{entry['sent']} | {entry['lost']} | {entry['repeated']}"
    return f"| {entry['title']} | {counts} | {_figures(entry)} | {entry['date']}, {entry['commit']} |"


def _figures(entry: dict[str, Any]) -> str:
    told = [f"{name}: {value}" for name, value in entry["figures"].items()]
    return "; ".join(told + ([f"**failed**: {entry['failed']}"] if entry["failed"] else []))
