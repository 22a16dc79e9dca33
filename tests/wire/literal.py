"""Whole frames that stand literally in expected/*.json, compared by equality.

A string that begins with `$` stands for an id, a token or a date: it is bound to what it meets first and must
be that from then on, so the same id in two places must be the same, and two names must not be one id.
"""

import json
from pathlib import Path
from typing import Any

EXPECTED = Path(__file__).with_name("expected")


class Literal:
    """The named frames of one file. `bound` gives names their values beforehand."""

    def __init__(self, name: str, **bound: Any) -> None:
        self.frames: dict[str, Any] = json.loads((EXPECTED / f"{name}.json").read_text())
        self.bound = bound
        self.used: set[str] = set()

    def check(self, case: str, frame: Any) -> None:
        """Equal in keys, values and JSON types, the order of keys included."""
        self.used.add(case)
        wanted = self._filled(self.frames[case], frame)
        assert json.dumps(frame, indent=1) == json.dumps(wanted, indent=1)

    def done(self) -> None:
        """Every frame of the file was met."""
        assert self.used == set(self.frames)

    def _filled(self, wanted: Any, actual: Any) -> Any:
        if isinstance(wanted, dict):
            given = actual if isinstance(actual, dict) else {}
            keys = {key: self._key(key) for key in wanted}
            return {keys[key]: self._filled(value, given.get(keys[key])) for key, value in wanted.items()}
        if isinstance(wanted, list):
            found = actual if isinstance(actual, list) else []
            padded = [*found, *[None] * len(wanted)]
            return [self._filled(value, other) for value, other in zip(wanted, padded, strict=False)]
        if isinstance(wanted, str) and wanted.startswith("$") and wanted[1:].isalnum():
            return self._value(wanted[1:], actual)
        return wanted

    def _key(self, key: str) -> str:
        """A key that begins with `$` is an id that is bound already."""
        return str(self.bound[key[1:]]) if key.startswith("$") else key

    def _value(self, name: str, actual: Any) -> Any:
        if name not in self.bound:
            assert isinstance(actual, (str, int)), f"${name} met {actual!r}"
            assert actual not in self.bound.values() or name.endswith("Date"), f"${name} met {actual} again"
            self.bound[name] = actual
        return self.bound[name]
