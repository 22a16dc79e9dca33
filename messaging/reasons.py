"""Every reason a PlayerMessage can have, with one sentence for people and one remedy."""

from typing import NamedTuple


class Reason(NamedTuple):
    sentence: str
    remedy: str


REASONS: dict[str, Reason] = {
    "": Reason("It was stored a moment ago and is being decided.", "Look again in a few seconds."),
    "delivered_socket": Reason(
        "It was written to the player's socket; the client has not confirmed it yet.",
        "Nothing: it is sent again if the client does not confirm.",
    ),
    "confirmed_socket": Reason("The player's client has it.", "Nothing to do."),
    "waiting_offline": Reason(
        "The player is away; it waits for the next log-in.",
        "Nothing: it is delivered when the player logs in before it expires.",
    ),
    "waiting_unconfirmed": Reason(
        "It was sent to a socket that did not confirm it; it waits for the next log-in.",
        "Nothing: it is delivered again with the same messageId.",
    ),
    "pushed": Reason(
        "A push was accepted for the player's devices; it also waits in the inbox.", "Nothing to do."
    ),
    "pushed_sandbox": Reason(
        "The sandbox recorded the push; nothing was sent to a device.",
        "Add push credentials for this stage to send it for real.",
    ),
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
    "suppressed_blocked": Reason("The player has blocked the sender.", "Nothing: the player decides this."),
    "suppressed_preference": Reason(
        "The player has switched this kind of message off.", "Nothing: the player decides this."
    ),
    "suppressed_cap": Reason(
        "The daily limit of pushes was reached.", "Raise the provider account's daily caps."
    ),
    "suppressed_restored": Reason(
        "The database was restored, and whether the client had it is not known; it is in the inbox only.",
        "Nothing: the player finds it in the inbox.",
    ),
    "suppressed_read": Reason("The player read it before the push left.", "Nothing to do."),
    "deferred_quiet_hours": Reason(
        "It arrived in the player's quiet hours and is decided again after them.", "Nothing to do."
    ),
    "deferred_scheduled": Reason("It is to be sent later.", "Nothing to do."),
    "cancelled_by_script": Reason("A script cancelled it.", "Look at the message's scripts."),
    "dismissed": Reason("The player dismissed it.", "Nothing to do."),
    "expired": Reason(
        "It expired before the player came back.", "Raise 'Expire after' in the message's settings."
    ),
    "push_failed": Reason(
        "The push provider refused it; it waits for the next log-in.",
        "See the push attempts for the provider's answer.",
    ),
    "push_retrying": Reason(
        "The push provider did not take it yet; it is tried again.", "Nothing to do yet."
    ),
}


def explain(reason: str) -> Reason:
    """The sentence and remedy of a reason; `push_failed:<code>` and `push_retrying:<code>` name the code."""
    code, _, detail = reason.partition(":")
    known = REASONS.get(code) or Reason(f"Unknown reason {code}.", "Report it.")
    if detail == "no_credentials":
        return Reason(
            "No push credentials are set for this stage; it waits for the next log-in.",
            "Add a provider account, or switch the stage's push sandbox on.",
        )
    return Reason(f"{known.sentence} Code: {detail}.", known.remedy) if detail else known
