"""Making the error of a code, as the table of codes has it (push.codes)."""

from protocol.redaction import redact
from push.explaining import meaning_of, sentence_of
from push.transports.base import PushError


def failure(
    provider: str,
    code: str,
    /,
    *,
    status: int = 0,
    origin: str = "",
    at: str = "",
    why: str = "",
    words: str = "",
    retry_after: float | None = None,
    **values: object,
) -> PushError:
    """`status`, that of the answer of `origin`, decides where the code is none of the table's.

    `at` tells apart two meanings of a code. `why` ends the sentence, `values` stand in it. `words` are the
    provider's own, which may repeat what it was sent: secrets are taken out. `retry_after`, in seconds,
    counts for trouble that passes.
    """
    otherwise = f"{origin}HTTP{status if 300 <= status < 600 else 400}"
    meaning = meaning_of(provider, f"{code}/{at}" if at else code, *([otherwise] if status else []))
    sentence = sentence_of(meaning, provider, **values)
    return PushError(
        code,
        f"{sentence.rstrip('.')}: {redact(why)}" if why else sentence,
        permanent=meaning.permanent,
        prune=meaning.prune,
        account=meaning.account,
        retry_after=None if meaning.permanent else retry_after,
        first_wait=meaning.first_wait,
        words=redact(words),
        remedy=meaning.remedy,
    )
