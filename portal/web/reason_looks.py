"""The sign and the colour of each reason: state is never told by colour alone."""

from typing import NamedTuple


class Look(NamedTuple):
    """`style` is a class of portal.css, `word` what the sign means."""

    style: str
    sign: str
    word: str


OK = Look("ok", "●", "Delivered")
WRITTEN = Look("ok", "●", "Sent to the socket")
PUSHED = Look("pushed", "▲", "Pushed")
WAITING = Look("waiting", "◔", "Waiting")
SUPPRESSED = Look("suppressed", "⊘", "Held back")
OVER = Look("neutral", "◌", "Over")
FAILED = Look("failed", "✖", "Push failed")

LOOKS = {
    "": WAITING,
    "delivered_socket": WRITTEN,
    "confirmed_socket": OK,
    "waiting_offline": WAITING,
    "waiting_unconfirmed": WAITING,
    "pushed": PUSHED,
    "pushed_sandbox": Look("pushed", "▲", "Recorded by the sandbox"),
    "no_device": WAITING,
    "suppressed_on_socket": SUPPRESSED,
    "suppressed_device_type": SUPPRESSED,
    "suppressed_setting": SUPPRESSED,
    "suppressed_blocked": SUPPRESSED,
    "suppressed_preference": SUPPRESSED,
    "suppressed_cap": SUPPRESSED,
    "suppressed_restored": SUPPRESSED,
    "suppressed_deleted": SUPPRESSED,
    "suppressed_read": SUPPRESSED,
    "deferred_quiet_hours": WAITING,
    "deferred_scheduled": WAITING,
    "cancelled_by_script": SUPPRESSED,
    "dismissed": Look("neutral", "◌", "Dismissed"),
    "expired": Look("neutral", "◌", "Expired"),
    "push_failed": FAILED,
    "push_retrying": WAITING,
}


def look_of(reason: str) -> Look:
    """Of a PlayerMessage's reason, with or without a code behind a colon."""
    return LOOKS.get(reason.partition(":")[0], OVER)
