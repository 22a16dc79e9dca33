"""What an answer of a provider means, in the form that the tables of all providers share."""

from typing import NamedTuple

from push.transports.base import Prune, PushError

FIRST_WAIT = 10.0
QUOTA_WAIT = 60.0


class Meaning(NamedTuple):
    """`sentence` is for operators; the rest as in PushError."""

    sentence: str
    permanent: bool = True
    prune: Prune = Prune.KEEP
    account: bool = False
    first_wait: float = FIRST_WAIT

    def error(self, code: str, retry_after: float | None = None, words: str = "") -> PushError:
        """`retry_after` in seconds, which counts for trouble that passes; `words` are the provider's own."""
        return PushError(
            code,
            self.sentence,
            permanent=self.permanent,
            prune=self.prune,
            account=self.account,
            retry_after=None if self.permanent else retry_after,
            first_wait=self.first_wait,
            words=words,
        )
