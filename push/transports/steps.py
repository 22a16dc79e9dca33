"""Trying one thing of an account, timed and in words."""

import time
from collections.abc import Awaitable, Callable

from push.transports.base import PushError, Step


def none(error: PushError) -> bool:
    return False


async def tried(
    name: str, attempt: Awaitable[object], works: str, fine: Callable[[PushError], bool] = none
) -> Step:
    """`works` is the sentence for a success; an error that is `fine` is one as well."""
    began = time.monotonic()
    try:
        await attempt
    except PushError as error:
        seconds = time.monotonic() - began
        if fine(error):
            return Step(name, True, works, error.words, seconds)
        return failed(name, error, seconds)
    return Step(name, True, works, seconds=time.monotonic() - began)


def failed(name: str, error: PushError, seconds: float = 0.0) -> Step:
    sentence = f"{error.code}: {error.detail}"
    return Step(name, False, sentence, error.words, seconds, error.remedy)
