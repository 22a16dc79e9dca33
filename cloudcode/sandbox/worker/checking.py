"""Whether scripts can be read by the engine at all. Nothing of them runs."""

import re
import time
from typing import Any

import msgspec

from cloudcode.sandbox.worker.world import Broken
from cloudcode.sandbox.worker.worlds import Worlds

# Parsed as a run would parse it, by an indirect eval; what stands before it ends it before its first line.
_CHECK = """
(function () {
    const run = eval, stop = {}, { stringify } = JSON;
    delete globalThis.__host;
    globalThis.__run = function (text) {
        globalThis.__stop = function () { throw stop; };
        try { run("__stop();" + text); } catch (fault) {
            if (fault === stop) return "null";
            return stringify({ message: String(fault.message), stack: String(fault.stack) });
        }
        return "null";
    };
})();
"""
SECONDS = 2.0
_LINE = re.compile(r"<input>:(\d+)")
_TOKEN = re.compile(r"'(.+)'$")


class OutOfTime(Exception):
    """Nothing takes so long to parse."""


def check(texts: dict[str, str], worlds: Worlds) -> dict[str, Any]:
    """The fault of each text that has one: `{message, line, column}`."""
    world = worlds.make(_CHECK)
    faults: dict[str, Any] = {}
    for key, text in texts.items():
        until = time.monotonic() + SECONDS

        def in_time(until: float = until) -> None:
            if time.monotonic() > until:
                raise OutOfTime

        try:
            told = world.run(text, "{}", _nobody, in_time)
            fault = {"message": "out of memory", "stack": ""} if told is None else msgspec.json.decode(told)
        except Broken:
            fault = {"message": "nested too deep", "stack": ""}
        except OutOfTime:
            fault = {"message": "takes too long to read", "stack": ""}
        if fault is not None:
            faults[key] = {"message": fault["message"], **_place(text, **fault)}
        world.set_back()
    return faults


def _nobody(asked: str) -> str | None:
    raise RuntimeError(asked)


def _place(text: str, message: str, stack: str) -> dict[str, int]:
    """The engine says the line alone; the column is that of the token it quotes, if there is but one."""
    found = _LINE.search(stack)
    if found is None:
        return {}
    number, token = int(found[1]), _TOKEN.search(message)
    line = text.split("\n")[number - 1]
    if token is None or line.count(token[1]) != 1:
        return {"line": number}
    return {"line": number, "column": line.index(token[1]) + 1}
