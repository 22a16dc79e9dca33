"""What else `manage.py trace` explains beside messages: registered by the packages that know it."""

from collections.abc import Callable
from dataclasses import dataclass

from messaging.trace import Trace


@dataclass(frozen=True, slots=True)
class Tracer:
    """`find` by a stage and an id of theirs; `latest` by a stage, a player and what `--option` names."""

    option: str
    help: str
    find: Callable[[int, str], list[Trace]]
    latest: Callable[[int, str, str], list[Trace]]


tracers: dict[str, Tracer] = {}


def register(tracer: Tracer) -> None:
    tracers[tracer.option] = tracer
