"""Every reason a PlayerMessage can have, with one sentence for people and one remedy.

The codes behind `push_failed:` and `push_retrying:` are push's, which has their table (push.codes).
"""

from typing import NamedTuple

from push import explaining
from push.codes import OVER_CAP, OWN, SANDBOX
from push.meanings import NOTHING

_THEIRS = "Nothing: the player decides this."


class Reason(NamedTuple):
    sentence: str
    remedy: str


REASONS: dict[str, Reason] = {
    "": Reason("It was stored a moment ago and is being decided.", "Look again in a few seconds."),
    "delivered_socket": Reason(
        "It was written to the player's socket; the client has not confirmed it yet.",
        "Nothing: it is sent again if the client does not confirm.",
    ),
    "confirmed_socket": Reason("The player's client has it.", NOTHING),
    "waiting_offline": Reason(
        "The player is away; it waits for the next log-in.",
        "Nothing: it is delivered when the player logs in before it expires.",
    ),
    "waiting_unconfirmed": Reason(
        "It was sent to a socket that did not confirm it; it waits for the next log-in.",
        "Nothing: it is delivered again with the same messageId.",
    ),
    "pushed": Reason("A push was accepted for the player's devices; it also waits in the inbox.", NOTHING),
    "pushed_sandbox": Reason(OWN[SANDBOX].sentence, OWN[SANDBOX].remedy),
    "no_device": Reason(
        "The player is away and has registered no device for push; it waits for the next log-in.",
        "Have the game send PushRegistrationRequest after log-in.",
    ),
    "suppressed_on_socket": Reason(
        "The client had it before the push left, so no push was sent.",
        "Switch off 'Suppress push on socket send' to always push.",
    ),
    "suppressed_device_type": Reason(
        "The player's devices are of types this message is not pushed to.",
        "Change the message's device types.",
    ),
    "suppressed_setting": Reason(
        "Socket and push are both switched off for this message; it is in the inbox only.",
        "Switch one of them on in the message's settings.",
    ),
    "suppressed_blocked": Reason("The player has blocked the sender.", _THEIRS),
    "suppressed_preference": Reason("The player has switched this kind of message off.", _THEIRS),
    OVER_CAP: Reason(OWN[OVER_CAP].sentence, OWN[OVER_CAP].remedy),
    "suppressed_restored": Reason(
        "The database was restored, and whether the client had it is not known; it is in the inbox only.",
        "Nothing: the player finds it in the inbox.",
    ),
    "suppressed_deleted": Reason(
        "The game was deleted before the push left; it is in the inbox only.",
        "Restore the game: the player finds it in the inbox.",
    ),
    "suppressed_read": Reason("The player read it before the push left.", NOTHING),
    "deferred_quiet_hours": Reason(
        "It arrived in the player's quiet hours and is decided again after them.", NOTHING
    ),
    "deferred_scheduled": Reason("It is to be sent later.", NOTHING),
    "cancelled_by_script": Reason("A script cancelled it.", "Look at the message's scripts."),
    "dismissed": Reason("The player dismissed it.", NOTHING),
    "expired": Reason(
        "It expired before the player came back.", "Raise 'Expire after' in the message's settings."
    ),
    "push_failed": Reason(
        "Its push was given up; it waits for the next log-in.",
        "See the push attempts for the provider's answer.",
    ),
    "push_retrying": Reason("Its push has not left yet; it is tried again.", "Nothing to do yet."),
}


def explain(reason: str, provider: str = "") -> Reason:
    """The sentence and remedy of a reason.

    A code means different things with different providers: without its `provider` only what all say is said.
    """
    name, _, code = reason.partition(":")
    known = REASONS.get(name) or Reason(f"Unknown reason {name}.", "Report it.")
    if not code:
        return known
    why = explaining.explain(code, provider)
    return Reason(f"{known.sentence} {why.sentence} Code: {code}.", why.remedy)
