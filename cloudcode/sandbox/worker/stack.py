"""Reads the engine's stacks: `    at move (<input>:12:5)`."""

import re
from collections.abc import Iterator

from cloudcode.sandbox.worker.context import PRELUDE_LINES

_PLACE = re.compile(r":(\d{1,7})(?::\d+)?\)?$")


def script_lines(stack: str) -> Iterator[int]:
    """Lines of scripts, the innermost first; those of the Spark objects are left out."""
    for frame in stack.splitlines():
        if (place := _PLACE.search(frame)) and int(place[1]) > PRELUDE_LINES:
            yield int(place[1])
