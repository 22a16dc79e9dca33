"""How long a process that died waits for its successor."""

FIRST, LONGEST = 0.5, 30.0  # seconds
QUICKLY = 10.0  # a life shorter than this, in seconds, says that the next one may be no longer


class Backoff:
    """At once, unless they die again and again: then half a second, doubling."""

    def __init__(self) -> None:
        self._next = 0.0

    def after(self, lived: float) -> float:
        """Seconds to wait after a process that lived so long."""
        if lived >= QUICKLY:
            self._next = 0.0
        pause, self._next = self._next, min(max(self._next * 2, FIRST), LONGEST)
        return pause
