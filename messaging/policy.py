"""The delivery settings in force for one send: the type's own, with the send's overrides."""

from dataclasses import dataclass
from typing import TypeVar

from games.events import Overrides
from messaging.decision import Situation
from messaging.rendering import CompiledMessage

T = TypeVar("T")

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Policy:
    send_via_socket: bool
    send_as_push: bool
    suppress_push_on_socket_send: bool
    include_in_push_count: bool
    expire_after_hours: int
    device_types: frozenset[str]

    @property
    def live_only(self) -> bool:
        """Expires after 0 hours: for whoever is online now, and nobody else."""
        return self.expire_after_hours == 0

    def expires_ms(self, created_ms: int) -> int:
        return created_ms + self.expire_after_hours * HOUR_MS

    def situation(
        self, *, online: bool, expired: bool, already_pushed: bool = False, blocked: bool = False
    ) -> Situation:
        return Situation(
            send_via_socket=self.send_via_socket,
            send_as_push=self.send_as_push,
            suppress_push_on_socket_send=self.suppress_push_on_socket_send,
            online=online,
            expired=expired,
            live_only=self.live_only,
            already_pushed=already_pushed,
            device_types=self.device_types,
            blocked=blocked,
        )


def _chosen(override: T | None, configured: T) -> T:
    return configured if override is None else override


def policy_of(compiled: CompiledMessage, overrides: Overrides | None = None) -> Policy:
    if overrides is None:
        overrides = _NONE
    types = overrides.device_types
    return Policy(
        send_via_socket=_chosen(overrides.send_via_socket, compiled.send_via_socket),
        send_as_push=_chosen(overrides.send_as_push, compiled.send_as_push),
        suppress_push_on_socket_send=_chosen(
            overrides.suppress_push_on_socket_send, compiled.suppress_push_on_socket_send
        ),
        include_in_push_count=_chosen(overrides.include_in_push_count, compiled.include_in_push_count),
        expire_after_hours=_chosen(overrides.expire_after_hours, compiled.expire_after_hours),
        device_types=compiled.device_types if types is None else frozenset(types),
    )


_NONE = Overrides()
