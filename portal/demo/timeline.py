"""The story's lines on a terminal of 80 columns: who, when, what, and the reason."""

import textwrap
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

WHO, WHEN, WHAT = 16, 8, 32  # and 18 for the reason
INDENT = 2
BELOW = WHAT + 2 + 18  # where no reason stands beside it

Write = Callable[[str], None]
Paint = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Line:
    """`at` is of the monotonic clock. `reason` is a row's reason, a request, or a message's class without
    `Message`. `more` are lines of their own below `what`."""

    who: str
    at: float
    what: str
    reason: str
    more: Sequence[str] = ()


class Timeline:
    """Collects a step's lines and writes them in the order in which they happened."""

    def __init__(self, write: Write, heading: Paint = str, reason: Paint = str) -> None:
        self._write, self._heading, self._reason = write, heading, reason
        self._start = time.monotonic()
        self._lines: list[Line] = []

    def add(self, who: str, at: float, what: str, reason: str, more: Sequence[str] = ()) -> None:
        self._lines.append(Line(who, at, what, reason, more))

    def end_step(self, name: str) -> None:
        """Write what was collected under the step's name."""
        self._write(self._heading(name))
        for line in sorted(self._lines, key=lambda line: line.at):
            self._write_line(line)
        self._lines.clear()

    def _write_line(self, line: Line) -> None:
        when = f"+{(line.at - self._start) * 1000:.0f} ms"
        first, *more = textwrap.wrap(line.what, WHAT) or [""]
        more += [part for text in line.more for part in textwrap.wrap(text, BELOW)]
        start = f"{'':{INDENT}}{line.who}{when:>{WHO + WHEN - len(line.who)}}  {first:<{WHAT}}"
        self._write(f"{start}  {self._reason(line.reason)}")
        for text in more:
            self._write(f"{'':{INDENT + WHO + WHEN + 2}}{text}")
