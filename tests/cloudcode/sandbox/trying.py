"""Runs scripts in the sandbox processes that all tests of a worker share, with a host that is a dict."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from cloudcode.sandbox.process import SandboxProcess
from cloudcode.sandbox.running import Input, LogLine, Outcome, Refused, Script, run
from cloudcode.sandbox.sources import Source, source_of

CONTEXT = {
    "playerId": None,
    "stage": "preview",
    "sessionId": None,
    "credential": None,
    "logLevel": "DEBUG",
}


class DictHost:
    """`answers` by operation: a value, or a function of the arguments. Keeps what was asked and logged."""

    def __init__(self, answers: Mapping[str, Any] | None = None) -> None:
        self.answers = dict(answers or {})
        self.asked: list[tuple[str, list[Any]]] = []
        self.lines: list[LogLine] = []
        self.process: SandboxProcess | None = None

    async def call(self, operation: str, arguments: list[Any], process: SandboxProcess) -> Any:
        self.asked.append((operation, arguments))
        self.process = process
        if operation not in self.answers:
            raise Refused(f"no {operation}")
        answer: Callable[..., Any] | Any = self.answers[operation]
        return answer(*arguments) if callable(answer) else answer

    def log(self, line: LogLine) -> None:
        self.lines.append(line)

    @property
    def logged(self) -> list[Any]:
        return [json.loads(line.text) for line in self.lines]


def source(text: str) -> Source:
    found = source_of(text)
    assert found is not None
    return found


async def try_script(
    text: str,
    *,
    host: DictHost | None = None,
    data: Any = None,
    modules: Mapping[str, str] | None = None,
    seconds: float = 5.0,
    game: int = 1,
    context: Mapping[str, Any] | None = None,
    **kept: Any,
) -> Outcome:
    """`kept`: script_data and errors at the beginning."""
    script = Script("event/TRY", source(text), {code: source(each) for code, each in (modules or {}).items()})
    given = Input(data if data is not None else {}, {**CONTEXT, **(context or {})}, **kept)
    deadline = asyncio.get_running_loop().time() + seconds
    return await run(script, given, host or DictHost(), game, deadline)


async def value_of(expression: str, **options: Any) -> Any:
    """What an expression, or the last of several statements, leaves in `result`."""
    outcome = await try_script(f"{expression}\nSpark.setScriptData('result', result);", **options)
    assert outcome.failure is None, outcome.failure
    return outcome.script_data.get("result")
