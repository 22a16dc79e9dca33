"""What a transport is given, gives back and raises."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

LONGEST_CODE = 40
LONGEST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Notification:
    """One push to one device. `ttl` is in seconds; 0 asks the provider not to keep it.

    `payload` is the provider's own document, the badge already in it. The collapse key is the message's id:
    a repeat replaces the first copy on the device.
    """

    token: str = field(repr=False)
    device_os: str
    payload: dict[str, Any]
    ttl: int
    collapse_key: str
    message_class: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider accepted it. `reference` is its own id for it.

    `recorded` is the payload's text where the push was recorded instead of being sent, else "".
    `replacement` is the id by which the provider calls the device from now on, "" where it stays.
    """

    reference: str = ""
    recorded: str = ""
    detail: str = ""
    replacement: str = field(default="", repr=False)


class Prune(Enum):
    """What an error says of the device's token."""

    KEEP = "keep"
    DEAD = "dead"
    # A wrong account setting gives the same answer: dead only if the account has worked as it is set now.
    DEAD_IF_PROVEN = "dead if proven"


class PushError(Exception):
    """A push that was not accepted.

    `code` is the provider's or ours; `detail` a sentence for operators, without any secret.
    `permanent`: the same push would fail again. `retry_after` is the provider's wish in seconds; without
    one the first retry waits for `first_wait`, each further one twice as long.
    `account`: the trouble is the account's or the provider's, so its other pushes wait or fail as well.
    `gone_ms`: the token was dead at that time; one registered later lives. `words` are the provider's own,
    `remedy` says what to do.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        first_wait: float = 10.0,
        prune: Prune = Prune.KEEP,
        account: bool = False,
        gone_ms: int | None = None,
        words: str = "",
        remedy: str = "",
    ) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = _plain(code), detail
        self.permanent, self.retry_after, self.first_wait = permanent, retry_after, first_wait
        self.prune, self.account, self.gone_ms = prune, account, gone_ms
        self.words, self.remedy = words[:LONGEST_WORDS], remedy


def _plain(code: str) -> str:
    """A provider's words become part of a reason code: letters, digits and `_.-` only."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", code)[:LONGEST_CODE]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of proving an account, in words: `words` are the provider's own, `remedy` is what to do."""

    name: str
    ok: bool
    sentence: str
    words: str = ""
    seconds: float = 0.0
    remedy: str = ""


class Transport(Protocol):
    """Made and used on one event loop. `limit` is how many sends it may have in flight."""

    limit: int

    async def send(self, notification: Notification, deadline: float) -> Sent:
        """Within `deadline` seconds. Raises PushError. A send that is late never harms its neighbours."""

    async def verify(self) -> Sequence[Step]:
        """Ask the provider whether it takes the credentials. No push reaches a device."""

    async def close(self) -> None:
        """Give up every connection. What is still in flight fails."""
