"""What a code of a push means, and the few kinds of it that most codes are of."""

from typing import NamedTuple

from push.transports.base import Prune

FIRST_WAIT = 10.0
QUOTA_WAIT = 60.0

NOTHING = "Nothing to do."
SET_AGAIN = "Set the account again, with credentials as the provider's console shows them now."
REGISTERS_AGAIN = "Nothing: the device registers again when its app starts."
IF_EVERY_DEVICE = "If every device says so, the account is for another app; else the device registers again."
LATER = "Nothing now: pushes are tried again. If it stays, see the provider's status page."
LOOK = "Look at what the provider says, and at the message's settings."


class Meaning(NamedTuple):
    """`sentence` says what happened and `remedy` what to do, both to operators; the rest as in PushError.

    A sentence may leave room for `{provider}` and other values that the failure names.
    """

    sentence: str
    remedy: str
    permanent: bool = True
    prune: Prune = Prune.KEEP
    account: bool = False
    first_wait: float = FIRST_WAIT


def refused(sentence: str, remedy: str = LOOK) -> Meaning:
    """This push alone, for good."""
    return Meaning(sentence, remedy)


def dead(sentence: str) -> Meaning:
    """The device's token has ended."""
    return Meaning(sentence, REGISTERS_AGAIN, prune=Prune.DEAD)


def dead_if_proven(sentence: str) -> Meaning:
    """The device's token has ended, unless it is the account that is set wrong."""
    return Meaning(sentence, IF_EVERY_DEVICE, prune=Prune.DEAD_IF_PROVEN)


def wrong_account(sentence: str, remedy: str = SET_AGAIN) -> Meaning:
    """All pushes of the account, until somebody sets it right."""
    return Meaning(sentence, remedy, account=True)


def passes(
    sentence: str, remedy: str = LATER, account: bool = True, first_wait: float = FIRST_WAIT
) -> Meaning:
    """Trouble that ends by itself: tried again. `account`: its other pushes wait meanwhile."""
    return Meaning(sentence, remedy, permanent=False, account=account, first_wait=first_wait)
