"""One JavaScript world: an engine of its own with the Spark objects in it, used for a single run."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsbox import JavaScriptError, JsTimeoutError, Runtime

if TYPE_CHECKING:
    from cloudcode.sandbox.worker.run import Run

SPARK = Path(__file__).parents[2] / "spark"
AT_ONCE = ("core", "spark", "run")  # in this order, one program
TOPICS = ("buffered", "challenge", "log", "message", "player", "request")  # each when it is first needed


def read_source(name: str) -> str:
    return (SPARK / f"{name}.js").read_text()


def read_prelude(topics: dict[str, str]) -> str:
    program = "\n".join(read_source(name) for name in AT_ONCE)
    return f"(function (sources) {{\n{program}\n}})({json.dumps(topics)});"


_topics = {name: read_source(name) for name in TOPICS}
PRELUDE = read_prelude(_topics)
# Lines from here on are scripts' (Run.where): no file of the Spark objects is that long.
PRELUDE_LINES = 10 + max(text.count("\n") for text in (PRELUDE, *_topics.values()))


class Exit(BaseException):
    """Spark.exit(): ends the run, and no `catch` or `finally` of the script sees it."""


class Limits:
    """Of one context. `memory` and `stack` in bytes; `value`: of one text that goes in or out."""

    def __init__(self, memory: int, stack: int, value: int) -> None:
        self.memory, self.stack, self.value = memory, stack, value


class Context:
    def __init__(self, limits: Limits) -> None:
        self._run: Run | None = None
        runtime = Runtime(
            memory_limit=limits.memory, max_stack_size=limits.stack, max_value_bytes=limits.value
        )
        runtime.bind_function("__host", self._host)
        runtime.eval(PRELUDE)
        self._runtime: Runtime | None = runtime

    def execute(self, run: "Run", seconds: float) -> None:
        """Run it to its end, whatever that is: `run.failure` says."""
        self._run = run
        # The engine holds this object and is held by it, which no collector sees: unless it is let go of
        # here, all that the run used stays for as long as the process.
        runtime, self._runtime = self._runtime, None
        assert runtime is not None
        try:
            runtime.eval("__run()", timeout=max(seconds, 0.001))
        except Exit:
            run.exited = True
        except JsTimeoutError:
            run.fail("TIMEOUT", "Error", "The script ran for too long.", "")
        except JavaScriptError as error:
            run.fail("ERROR", _text(error, "name"), _text(error, "message"), _text(error, "stack"))
        except (MemoryError, ValueError, TypeError) as error:  # a value that cannot cross, or too large a one
            run.fail("ERROR", "RangeError", str(error) or "out of memory", "")

    def _host(self, operation: str, *arguments: Any) -> Any:
        if self._run is None:
            raise RuntimeError("no run")
        reach: Callable[..., Any] = self._run.operations[operation]
        return reach(*arguments)


def _text(error: JavaScriptError, name: str) -> str:
    return str(getattr(error, name, None) or "")


def encoded(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
