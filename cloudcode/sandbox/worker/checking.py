"""Whether scripts can be read by the engine at all. Nothing of them runs."""

import re
from typing import Any

from jsbox import JavaScriptError, Runtime

from cloudcode.sandbox.worker.context import Limits

# Parsed as a run would parse it, by an indirect eval; what stands before it ends it before its first line.
_CHECK = """
(function () {
    const stop = {}, text = globalThis.__text, run = eval;
    globalThis.__stop = function () { throw stop; };
    try { run("__stop();" + text); } catch (fault) {
        if (fault === stop) return null;
        return {name: String(fault.name), message: String(fault.message), stack: String(fault.stack)};
    }
    return null;
})()
"""
SECONDS = 2.0
_LINE = re.compile(r":(\d+)")


def check(texts: dict[str, str], limits: Limits) -> dict[str, Any]:
    """The fault of each text that has one: `{message, line}`."""
    faults: dict[str, Any] = {}
    for key, text in texts.items():
        runtime = Runtime(
            memory_limit=limits.memory, max_stack_size=limits.stack, max_value_bytes=limits.value
        )
        runtime.bind_object("__text", text)
        try:
            fault = runtime.eval(_CHECK, timeout=SECONDS)
        except JavaScriptError as error:
            fault = {"name": "SyntaxError", "message": str(error), "stack": ""}
        if fault is not None:
            place = _LINE.search(fault["stack"])
            faults[key] = {"message": fault["message"], "line": int(place[1]) if place else None}
    return faults
