"""What server and sandbox process say to each other over one order: runs of a script, one after another."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import msgspec

from cloudcode.sandbox.frames import Kind
from cloudcode.sandbox.orders import UNKNOWN, Given, Order
from cloudcode.sandbox.process import ProcessDied, SandboxProcess
from cloudcode.sandbox.sources import Source

logger = logging.getLogger("flint.scripts")

AT_ONCE = 20  # log entries, before others have their turns
GRACE = 0.3  # seconds after the limit until the process is killed: the engine ends most runs itself

_encode = msgspec.json.Encoder().encode


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
    are when the run begins; `facts` of its player, if they are known (player.load)."""

    data: Any
    context: Mapping[str, Any]
    script_data: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] | None = None


class Outcome(msgspec.Struct, rename="camel"):
    """scriptData and errors as they are when the run is over, however it ended.

    `begun` False: there was no process for it, and nothing of it happened.
    `memory`: bytes that it needed over what every run has, if it did.
    `last`: calls whose answers it did not wait for; they belong to its end.
    """

    script_data: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    exited: bool = False
    failure: ScriptError | None = None
    logs_dropped: int = 0
    memory: int | None = None
    begun: bool = True
    last: list[tuple[str, list[Any]]] = []


@dataclass(slots=True, eq=False)
class Turn:
    """One run of a script. `outcome` when it is over, `settled` when its last calls are answered too."""

    given: Input
    host: Host
    outcome: Outcome | None = None
    settled: bool = False
    took_ms: float = 0.0

    @property
    def over(self) -> Outcome:
        assert self.outcome is not None
        return self.outcome


Limit = Callable[[Turn], float]  # when a run that begins now has to be over, by the loop's clock
Settle = Callable[[Script, Sequence[Turn], SandboxProcess], Awaitable[None]]

_outcome = msgspec.json.Decoder(Outcome)
_log_line = msgspec.json.Decoder(LogLine)
_call = msgspec.json.Decoder(tuple[str, list[Any]])


class Conversation:
    def __init__(self, script: Script, turns: Sequence[Turn], process: SandboxProcess, limit: Limit) -> None:
        self._script, self._turns, self._process, self._limit = script, turns, process, limit

    async def hold(self, settle: Settle) -> None:
        """At least the first run is over then. `settle` answers the last calls of several runs together:
        before a later one asks for anything, and in the end."""
        self._settle = settle
        self._deadline = self._limit(self._turns[0])
        try:
            await self._process.send(Kind.RUN, _encode(self._order()))
            for turn in self._turns:
                turn.outcome = await self._run(turn)
        except ProcessDied:
            late = _now() >= self._deadline
            if late:
                self._fail("TIMEOUT", "The script ran for too long.")
            else:
                self._fail("ERROR", "The script's process ended.")
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            self._process.kill()
            logger.error("%s: its process said what no process says", self._script.name)
            self._fail("ERROR", "The script's process failed.")
        await self._settle_those_over()

    async def _run(self, turn: Turn) -> Outcome:
        self._deadline, began, lines = self._limit(turn), time.perf_counter(), 0
        timer = asyncio.get_running_loop().call_at(self._deadline + GRACE, self._process.kill)
        try:
            while True:
                kind, payload = await self._process.receive()
                if kind is Kind.CALL:
                    await self._process.send(Kind.REPLY, await self._answer(turn, payload))
                elif kind is Kind.LOG:
                    turn.host.log(_log_line.decode(payload))
                    lines += 1
                    if lines % AT_ONCE == 0:  # they may all be here already
                        await asyncio.sleep(0)
                elif kind is Kind.DONE:
                    return _outcome.decode(payload)
                else:
                    self._process.kill()
                    raise ProcessDied
        finally:
            timer.cancel()
            turn.took_ms = (time.perf_counter() - began) * 1000

    async def _answer(self, turn: Turn, payload: bytes) -> bytes:
        operation, arguments = _call.decode(payload)
        try:
            if operation == "module":
                return _encode({"value": self._module(*arguments)})
            await self._settle_those_over()
            return _encode({"value": await turn.host.call(operation, arguments, self._process)})
        except Refused as refused:
            return _encode({"error": str(refused)})

    def _module(self, code: Any = None, *_: Any) -> str:
        source = self._script.modules.get(code) if isinstance(code, str) else None
        if source is None:
            raise Refused("there is no such module")
        self._process.known_bytes += len(source.text)
        return source.text

    async def _settle_those_over(self) -> None:
        if waiting := [turn for turn in self._turns if turn.outcome is not None and not turn.settled]:
            for turn in waiting:
                turn.settled = True
            await self._settle(self._script, waiting, self._process)

    def _fail(self, code: Literal["ERROR", "TIMEOUT"], message: str) -> None:
        """The run that was under way; those after it have not begun."""
        turn = next(turn for turn in self._turns if turn.outcome is None)
        turn.outcome = Outcome(failure=ScriptError(code, message, script=self._script.name))

    def _order(self) -> Order:
        source = self._script.source
        number, told = self._process.learns_modules(self._script.modules)
        return Order(
            main=self._script.name,
            hash=source.hash,
            text=self._process.learns(source.hash, source.text),
            modules=number,
            told=told,
            seconds=max(0.001, self._deadline - _now()),
            given=[_given(turn.given) for turn in self._turns],
        )


def _given(given: Input) -> Given:
    return Given(
        data=_raw(given.data),
        context=_raw(given.context),
        script_data={name: _raw(value) for name, value in given.script_data.items()},
        errors={name: _raw(value) for name, value in given.errors.items()},
        facts=UNKNOWN if given.facts is None else _raw(given.facts),
    )


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(_encode(value))


def _now() -> float:
    return asyncio.get_running_loop().time()
