"""One run inside the process: what the script may ask for here, and what becomes of it."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from cloudcode.sandbox.frames import Kind
from cloudcode.sandbox.worker.context import PRELUDE_LINES, Exit, encoded
from cloudcode.sandbox.worker.stack import script_lines

MOST_LOGS = 1000  # entries of a run; what comes after is counted
LONGEST_LOG = 10_000  # characters
MOST_KEPT = 1024 * 1024  # characters of scriptData, and of errors


class Run:
    """`order` is the RUN frame: `main` (name, text), `data` and `context` as JSON text, `scriptData` and
    `errors` by name, `seconds` that are left, `sources`, texts by their hash.

    `ask` sends a CALL and gives its REPLY. Values stay JSON text here: nobody reads them on the way.
    """

    def __init__(
        self,
        order: Mapping[str, Any],
        ask: Callable[[str, str], str],
        tell: Callable[[Kind, bytes], None],
        texts: dict[str, str],
    ) -> None:
        self._order, self._ask, self._tell, self._texts = order, ask, tell, texts
        self.deadline = time.monotonic() + order["seconds"]
        self.script_data: dict[str, str] = _texts_of(order["scriptData"])
        self.errors: dict[str, str] = _texts_of(order["errors"])
        self.exited = False
        self.failure: dict[str, Any] | None = None
        self._places: dict[str, int] = {}  # the first line of each script, in the run's own numbering
        self._next_line = PRELUDE_LINES + 1
        self._logs = 0
        self.operations: dict[str, Callable[..., Any]] = {
            "begin": lambda: order["context"],
            "data": lambda: order["data"],
            "main": lambda: self._placed(order["main"], order["text"]),
            "module": self._module,
            "call": ask,
            "log": self._log,
            "keep": self._keep,
            "drop": self._drop,
            "kept": self._kept,
            "remaining": lambda: max(0, int((self.deadline - time.monotonic()) * 1000)),
            "line": self._line,
            "fail": lambda name, message, stack: self.fail("ERROR", name, message, stack),
            "exit": self._exit,
        }

    # --- sources -----------------------------------------------------------------------------------------

    def _module(self, code: str) -> str | None:
        """The module's text; None when the game has none of that code."""
        found = json.loads(self._ask("module", json.dumps([code])))["value"]
        if found is None:
            return None
        if found.get("text") is not None:
            self._texts[found["hash"]] = found["text"]
        return self._placed(f"modules/{code}", self._texts[found["hash"]])

    def _placed(self, name: str, text: str) -> str:
        """The text on lines of its own, so that a line alone says which script it is of."""
        if name not in self._places:
            self._places[name] = self._next_line
            self._next_line += text.count("\n") + 1
        return "\n" * (self._places[name] - 1) + text

    def where(self, stack: str) -> tuple[str | None, int | None]:
        """The script and line on top of a stack, without what the Spark objects did themselves."""
        for line in script_lines(stack):
            for name, first in reversed(self._places.items()):
                if line >= first:
                    return name, line - first + 1
        return None, None

    def _line(self, stack: str) -> str:
        name, line = self.where(stack)
        return json.dumps([name or self._order["main"], line])

    # --- what the run keeps ------------------------------------------------------------------------------

    def _keep(self, kind: str, name: str, value: str) -> bool:
        """Whether there is room for it."""
        kept = self.script_data if kind == "data" else self.errors
        others = sum(len(text) for key, text in kept.items() if key != name)
        if others + len(value) > MOST_KEPT:
            return False
        kept[name] = value
        return True

    def _drop(self, kind: str, name: str | None) -> None:
        kept = self.script_data if kind == "data" else self.errors
        if name is None:
            kept.clear()
        else:
            kept.pop(name, None)

    def _kept(self, kind: str, name: str | None) -> str | bool | None:
        """The value of a name; without a name, whether there is any."""
        kept = self.script_data if kind == "data" else self.errors
        return bool(kept) if name is None else kept.get(name)

    def _log(self, level: str, text: str, stack: str) -> None:
        self._logs += 1
        if self._logs <= MOST_LOGS:
            name, line = self.where(stack)
            entry = {"level": level, "text": text[:LONGEST_LOG], "script": name, "line": line}
            self._tell(Kind.LOG, encoded(entry))

    def _exit(self) -> None:
        raise Exit

    def fail(self, code: str, name: str, message: str, stack: str) -> None:
        script, line = self.where(stack)
        self.failure = {
            "code": code,
            "name": name[:200],
            "message": message[:2000],
            "script": script or self._order["main"],
            "line": line,
        }

    def outcome(self) -> bytes:
        """The DONE frame's JSON."""
        parts = [
            f'"scriptData":{_joined(self.script_data)}',
            f'"errors":{_joined(self.errors)}',
            f'"exited":{json.dumps(self.exited)}',
            f'"failure":{json.dumps(self.failure)}',
            f'"logsDropped":{max(0, self._logs - MOST_LOGS)}',
        ]
        return f"{{{','.join(parts)}}}".encode()


def _texts_of(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: json.dumps(value) for name, value in values.items()}


def _joined(texts: Mapping[str, str]) -> str:
    return f"{{{','.join(f'{json.dumps(name)}:{text}' for name, text in texts.items())}}}"
