"""What a fault came to."""

from dataclasses import dataclass, field


class FaultFailed(AssertionError):
    """The server did what it must not do, or not in time. One sentence."""


@dataclass(slots=True)
class Outcome:
    """`lost`: messages whose sending was answered and that never came. `repeated`: frames that came again
    under the same messageId, which at-least-once delivery allows. `figures` are told beside them."""

    sent: int = 0
    lost: int = 0
    repeated: int = 0
    figures: dict[str, float | int | str] = field(default_factory=dict)
