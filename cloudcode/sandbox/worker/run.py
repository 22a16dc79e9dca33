"""One run inside the process: what the script may ask for here, and what becomes of it."""

import secrets
import struct
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from cloudcode.sandbox.frames import Kind
from cloudcode.sandbox.orders import Given, Order
from cloudcode.sandbox.worker.context import PRELUDE_LINES
from cloudcode.sandbox.worker.stack import script_lines
from cloudcode.sandbox.worker.world import Broken, TooLong, World

MOST_LOGS = 1000  # entries of a run; what comes after is counted
LONGEST_LOG = 10_000  # characters
MOST_KEPT = 1024 * 1024  # characters of errors

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.decode
_SEED = struct.Struct("=4I")


class Exit(BaseException):
    """Spark.exit(): ends the run, and no `catch` or `finally` of the script sees it."""


class OutOfTime(BaseException):
    """The run's time is over."""


class Left(msgspec.Struct):
    """What a script has left behind, which may be anything: scripts can change what builds it."""

    scriptData: dict[str, msgspec.Raw]
    last: list[tuple[str, list[msgspec.Raw]]]


class Module(msgspec.Struct):
    """The text of a module, as the server answers."""

    value: str


_module = msgspec.json.Decoder(Module)


class Batch:
    """What the runs of one order share. `ask` sends a CALL and gives its REPLY, `tell` sends a frame; `texts`
    by hash, `modules` are hashes by code.

    `facts_hold`: what the server said of the players at the beginning is still so, as far as these runs go.
    """

    def __init__(
        self,
        order: Order,
        ask: Callable[[str, str], str],
        tell: Callable[[Kind, bytes], None],
        texts: dict[str, str],
        modules: Mapping[str, str],
    ) -> None:
        self.order, self.tell = order, tell
        self.facts_hold = True
        self._ask, self._texts, self._modules = ask, texts, modules

    @property
    def main(self) -> str:
        return self._texts[self.order.hash]

    def ask(self, operation: str, arguments: str) -> str:
        self.facts_hold = False
        return self._ask(operation, arguments)

    def module(self, code: str) -> str | None:
        """Its text, asked for once; None when the game has none of that code."""
        hash_ = self._modules.get(code)
        if hash_ is not None and hash_ not in self._texts:
            self._texts[hash_] = _module.decode(self._ask("module", _encode([code]).decode())).value
        return None if hash_ is None else self._texts[hash_]


class Run:
    """Values stay JSON text here: nobody reads them on the way."""

    def __init__(self, batch: Batch, given: Given) -> None:
        self._batch, self._given, self._main = batch, given, batch.order.main
        self.deadline = time.monotonic() + batch.order.seconds
        self.exited = False
        self.failure: dict[str, Any] | None = None
        self._errors = {name: bytes(value).decode() for name, value in given.errors.items()}
        self._left = ""
        self._places: dict[str, int] = {}  # the first line of each script, in the run's own numbering
        self._next_line = PRELUDE_LINES + 1
        self._logs = 0
        self._memory = 0

    def execute(self, world: World) -> None:
        """To its end, whatever that is: `failure` says."""
        given = self._given
        started = (
            f'{{"context":{_text(given.context)},"scriptData":{_encode(given.script_data).decode()},'
            f'"seed":{list(_SEED.unpack(secrets.token_bytes(16)))}}}'
        )
        main = self._placed(self._main, self._batch.main)
        try:
            left = world.run(main, started, self._answer, self._look_at_the_clock)
            if left is None:
                self.fail("ERROR", "InternalError", "out of memory", "")
            else:
                self._leave(left)
        except Exit:
            self.exited = True
        except OutOfTime:
            self.fail("TIMEOUT", "Error", "The script ran for too long.", "")
        except Broken as broken:
            if broken.out_of_memory:
                self.fail("ERROR", "InternalError", "out of memory", "")
            else:
                self.fail("ERROR", "RangeError", "Maximum call stack size exceeded", "")
        except TooLong:
            self.fail("ERROR", "RangeError", "a text of more than 4 MB", "")
        self._memory = world.grown

    def _look_at_the_clock(self) -> None:
        if time.monotonic() > self.deadline:
            raise OutOfTime

    def _answer(self, asked: str) -> str | None:
        """What the Spark objects ask of this process: an operation and JSON texts, each on a line."""
        operation, *given = asked.split("\n")
        return OPERATIONS[operation](self, *given)

    def _leave(self, left: str) -> None:
        try:
            _decode(f"{{{left}}}".encode() if left else b'{"scriptData":{},"last":[]}', type=Left)
        except msgspec.MsgspecError:
            self.fail("ERROR", "TypeError", "what the script left is no JSON", "")
        else:
            self._left = left

    # --- what it asks of the server ----------------------------------------------------------------------

    def _data(self) -> str:
        return _text(self._given.data)

    def _facts(self) -> str | None:
        """Of the player it runs for, while they are known to hold."""
        facts = _text(self._given.facts)
        return facts if facts != "null" and self._batch.facts_hold else None

    def _call(self, operation: str, arguments: str) -> str:
        answer = self._batch.ask(operation, arguments)
        self._look_at_the_clock()
        return answer

    # --- sources -----------------------------------------------------------------------------------------

    def _module(self, code: str) -> str | None:
        """The module's text; None when the game has none of that code."""
        code = _decode(code)
        text = self._batch.module(code)
        return None if text is None else self._placed(f"modules/{code}", text)

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
        name, line = self.where(_decode(stack))
        return _encode([name or self._main, line]).decode()

    # --- errors, log entries, ends -----------------------------------------------------------------------

    def _keep(self, name: str, value: str) -> str | None:
        """None when there is no room for it."""
        name = _decode(name)
        if sum(len(text) for key, text in self._errors.items() if key != name) + len(value) > MOST_KEPT:
            return None
        self._errors[name] = value
        return ""

    def _drop(self, name: str) -> None:
        if (key := _decode(name)) is None:
            self._errors.clear()
        else:
            self._errors.pop(key, None)

    def _kept(self, name: str) -> str | None:
        """The value of a name; for null, whether there is any."""
        key = _decode(name)
        return ("" if self._errors else None) if key is None else self._errors.get(key)

    def _log(self, level: str, text: str, stack: str) -> None:
        self._logs += 1
        if self._logs <= MOST_LOGS:
            name, line = self.where(_decode(stack))
            entry = {"level": _decode(level), "text": text[:LONGEST_LOG], "script": name, "line": line}
            self._batch.tell(Kind.LOG, _encode(entry))
        elif self._logs % MOST_LOGS == 0:
            self._look_at_the_clock()

    def _remaining(self) -> str:
        return str(max(0, int((self.deadline - time.monotonic()) * 1000)))

    def _exit(self, left: str) -> None:
        self._leave(left)
        raise Exit

    def _fail(self, name: str, message: str, stack: str) -> None:
        self.fail("ERROR", _decode(name), _decode(message), _decode(stack))

    def fail(self, code: str, name: str, message: str, stack: str) -> None:
        script, line = self.where(stack)
        self.failure = {
            "code": code,
            "name": name[:200],
            "message": message[:2000],
            "script": script or self._main,
            "line": line,
        }

    def outcome(self) -> bytes:
        """The DONE frame's JSON: a conversation.Outcome."""
        errors = ",".join(f"{_encode(name).decode()}:{text}" for name, text in self._errors.items())
        parts = [
            f'"errors":{{{errors}}}',
            f'"exited":{"true" if self.exited else "false"}',
            f'"failure":{_encode(self.failure).decode()}',
            f'"logsDropped":{max(0, self._logs - MOST_LOGS)}',
            f'"memory":{self._memory or "null"}',
        ]
        if self._left and self.failure is None:
            parts.append(self._left)
        return f"{{{','.join(parts)}}}".encode()


OPERATIONS: dict[str, Callable[..., str | None]] = {
    "data": Run._data,
    "facts": Run._facts,
    "call": Run._call,
    "module": Run._module,
    "line": Run._line,
    "keep": Run._keep,
    "drop": Run._drop,
    "kept": Run._kept,
    "log": Run._log,
    "remaining": Run._remaining,
    "exit": Run._exit,
    "fail": Run._fail,
}


def _text(raw: msgspec.Raw) -> str:
    return bytes(raw).decode()
