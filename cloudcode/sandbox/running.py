"""Runs a script in a sandbox process and answers what it asks for: the one way in."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import msgspec

from cloudcode.sandbox.frames import Kind
from cloudcode.sandbox.pool import Busy, pool
from cloudcode.sandbox.process import ProcessDied, SandboxProcess
from cloudcode.sandbox.sources import Source

logger = logging.getLogger("flint.scripts")

GRACE = 0.3  # seconds after the limit until the process is killed: the engine ends most runs itself

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.decode


class ScriptError(msgspec.Struct, frozen=True):
    """How a run failed: an exception nobody caught, or the time limit. `line` None where it is not known."""

    code: Literal["ERROR", "TIMEOUT"]
    message: str = ""
    name: str = "Error"
    script: str = ""
    line: int | None = None


class LogLine(msgspec.Struct, frozen=True):
    """`text` is JSON."""

    level: str
    text: str
    script: str | None = None
    line: int | None = None


class Refused(Exception):
    """What a script asked for is not possible; the sentence is the exception that the script gets."""


class Host(Protocol):
    """Answers a run's calls, each by its own checks: whatever a process says may be made up."""

    async def call(self, operation: str, arguments: list[Any], process: SandboxProcess) -> Any:
        """JSON to give back. Raises Refused."""

    def log(self, line: LogLine) -> None: ...


@dataclass(frozen=True, slots=True)
class Script:
    """One script with the modules that it may include, by code. `name` as in the game document."""

    name: str
    source: Source
    modules: Mapping[str, Source] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Input:
    """`data` is what Spark.getData() gives, `context` what core.js calls so. scriptData and errors as they
    are when the run begins."""

    data: Any
    context: Mapping[str, Any]
    script_data: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, Any] = field(default_factory=dict)


class Outcome(msgspec.Struct, rename="camel"):
    """scriptData and errors as they are when the run is over, however it ended."""

    script_data: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    exited: bool = False
    failure: ScriptError | None = None
    logs_dropped: int = 0


_outcome = msgspec.json.Decoder(Outcome)
_log_line = msgspec.json.Decoder(LogLine)
_call = msgspec.json.Decoder(tuple[str, list[Any]])


async def run(
    script: Script,
    given: Input,
    host: Host,
    game: int,
    deadline: float,
    inside: SandboxProcess | None = None,
) -> Outcome:
    """Never raises but for cancellation. `deadline` by the loop's clock, waiting for a process included.

    `inside`: the process of the run that this one is nested in, which waits for it.
    """
    if inside is not None:
        return await _guarded(script, given, host, inside, deadline)
    try:
        async with pool().lease(game, deadline - _now()) as process:
            timer = asyncio.get_running_loop().call_at(deadline + GRACE, process.kill)
            try:
                process.runs += 1
                return await _guarded(script, given, host, process, deadline)
            finally:
                timer.cancel()
    except Busy:
        return Outcome(
            failure=ScriptError("TIMEOUT", "No sandbox process was free in time.", script=script.name)
        )
    except ProcessDied:
        logger.error("no sandbox process can be started")
        return Outcome(failure=ScriptError("ERROR", "No sandbox process can be started.", script=script.name))


async def _guarded(
    script: Script, given: Input, host: Host, process: SandboxProcess, deadline: float
) -> Outcome:
    try:
        return await _run(script, given, host, process, deadline)
    except ProcessDied:
        if _now() >= deadline:
            return Outcome(failure=ScriptError("TIMEOUT", "The script ran for too long.", script=script.name))
        return Outcome(failure=ScriptError("ERROR", "The script's process ended.", script=script.name))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        process.kill()
        logger.error("%s: its process said what no process says", script.name)
        return Outcome(failure=ScriptError("ERROR", "The script's process failed.", script=script.name))


async def _run(script: Script, given: Input, host: Host, process: SandboxProcess, deadline: float) -> Outcome:
    await process.send(Kind.RUN, _encode(_order(script, given, process, deadline)))
    while True:
        kind, payload = await process.receive()
        if kind is Kind.CALL:
            await process.send(Kind.REPLY, await _answer(script, host, process, payload))
        elif kind is Kind.LOG:
            host.log(_log_line.decode(payload))
        elif kind is Kind.DONE:
            return _outcome.decode(payload)
        else:
            process.kill()
            raise ProcessDied


def _order(script: Script, given: Input, process: SandboxProcess, deadline: float) -> dict[str, Any]:
    order = {
        "main": script.name,
        "hash": script.source.hash,
        "data": _encode(given.data).decode(),
        "context": _encode(given.context).decode(),
        "scriptData": given.script_data,
        "errors": given.errors,
        "seconds": max(0.001, deadline - _now()),
    }
    text = process.learns(script.source.hash, script.source.text)
    if text is not None:
        order["source"] = text
    return order


async def _answer(script: Script, host: Host, process: SandboxProcess, payload: bytes) -> bytes:
    operation, arguments = _call.decode(payload)
    try:
        if operation == "module":
            value = _module(script, process, *arguments)
        else:
            value = await host.call(operation, arguments, process)
        return _encode({"value": value})
    except Refused as refused:
        return _encode({"error": str(refused)})


def _module(script: Script, process: SandboxProcess, code: Any = None, *_: Any) -> dict[str, Any] | None:
    source = script.modules.get(code) if isinstance(code, str) else None
    if source is None:
        return None
    return {"hash": source.hash, "text": process.learns(source.hash, source.text)}


def _now() -> float:
    return asyncio.get_running_loop().time()
