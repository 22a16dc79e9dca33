"""Where a message goes, and why: a pure function of its settings, the player's presence and devices."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A device as the decision needs it. `device_os` is one of push's lower-case values."""

    device_id: str
    device_os: str
    provider: str


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision looks at. `devices` is None while they have not been read."""

    send_via_socket: bool
    send_as_push: bool
    suppress_push_on_socket_send: bool
    online: bool
    expired: bool = False
    live_only: bool = False  # expires after 0 hours: only who is online now gets it over a socket
    already_pushed: bool = False
    device_types: frozenset[str] = frozenset()
    devices: tuple[Target, ...] | None = None
    blocked: bool = False
    socket_allowed: bool = True  # the player's category preference
    push_allowed: bool = True
    quiet: bool = False  # within the player's quiet hours


@dataclass(frozen=True, slots=True)
class Decision:
    """`socket`: write it to the connections. `push`: the devices. `owed`: a socket is still owed it."""

    socket: bool
    push: tuple[Target, ...]
    owed: bool
    reason: str


def needs_devices(situation: Situation) -> bool:
    """Whether the player's devices matter, so that an online player's are never read."""
    if (
        not situation.send_as_push
        or situation.already_pushed
        or situation.blocked
        or not situation.push_allowed
    ):
        return False
    return not (_goes_to_socket(situation) and situation.suppress_push_on_socket_send)


def decide(situation: Situation) -> Decision:
    if situation.blocked:
        return Decision(False, (), False, "suppressed_blocked")
    socket = _goes_to_socket(situation)
    if situation.expired and not situation.live_only:
        return Decision(False, (), False, "expired")
    push, push_reason = _push(situation)
    owed = situation.send_via_socket and situation.socket_allowed and (socket or not situation.live_only)
    return Decision(socket, push, owed, _reason(situation, socket, push_reason))


def _goes_to_socket(situation: Situation) -> bool:
    return situation.online and situation.send_via_socket and situation.socket_allowed


def _push(situation: Situation) -> tuple[tuple[Target, ...], str]:
    """The devices, and the reason when there are none although a push was wanted."""
    if not needs_devices(situation):
        return (), ""
    if situation.quiet:
        return (), "deferred_quiet_hours"
    if not situation.devices:
        return (), "no_device"
    chosen = tuple(_matching(situation.devices, situation.device_types))
    return chosen, "" if chosen else "suppressed_device_type"


def _matching(devices: Iterable[Target], types: frozenset[str]) -> Iterable[Target]:
    return (device for device in devices if not types or device.device_os in types)


def _reason(situation: Situation, socket: bool, push_reason: str) -> str:
    if socket:
        return "delivered_socket"
    if not situation.send_via_socket and not situation.send_as_push:
        return "suppressed_setting"
    if not situation.socket_allowed and not situation.push_allowed:
        return "suppressed_preference"
    if situation.already_pushed:
        return "waiting_unconfirmed"
    return push_reason or ("expired" if situation.live_only else "waiting_offline")
