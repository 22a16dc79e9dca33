"""What a decision saw that its reason does not say, kept beside the reason for the trace."""

from collections.abc import Iterable

import msgspec

from messaging.decision import Target


class Seen(msgspec.Struct, frozen=True):
    """`at` is milliseconds since 1970; `devices` are the player's, by their OS, whichever were chosen."""

    at: int
    online: bool
    devices: tuple[str, ...]


def noted(at_ms: int, online: bool, devices: Iterable[Target]) -> str:
    """As a row keeps it: "" where there was no device, for then the reason says all."""
    found = tuple(sorted(target.device_os for target in devices))
    return msgspec.json.encode(Seen(at_ms, online, found)).decode() if found else ""


def seen(text: str) -> Seen | None:
    """None where nothing was noted."""
    return msgspec.json.decode(text, type=Seen) if text else None
