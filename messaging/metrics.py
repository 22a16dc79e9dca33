"""What is counted of handshakes and of messages on their way."""

from protocol.instruments import Counter, Gauge

handshakes = Counter(
    "flint_handshakes_total",
    "Handshakes of sockets by outcome.",
    ["outcome"],
    known=[
        "accepted",
        "wrong_secret",
        "unknown_key",
        "not_published",
        "throttled",
        "address_full",
        "process_full",
        "unavailable",
        "timed_out",
        "left",
    ],
)
oldest_due = Gauge(
    "flint_oldest_due_message_age_seconds",
    "How long the message that is most overdue has waited to be decided again; 0 when none is.",
    across="max",
)
oldest_broadcast = Gauge(
    "flint_oldest_due_broadcast_age_seconds",
    "How long the broadcast that is most overdue has waited for a worker; 0 when none is.",
    across="max",
)
recipients_left = Gauge(
    "flint_broadcast_recipients_left",
    "Recipients of the broadcasts under way who have no copy yet; paused ones are not under way.",
    across="max",
)
copies = Counter(
    "flint_broadcast_copies_total",
    "Recipients of broadcasts whose copy was stored, or could not be.",
    ["outcome"],
    known=["stored", "failed"],
)

_REFUSALS = {
    "INVALID": "wrong_secret",
    "UNKNOWN": "unknown_key",
    "NOT_PUBLISHED": "not_published",
    "THROTTLED": "throttled",
    "LIMIT": "address_full",
    "FULL": "process_full",
    "UNAVAILABLE": "unavailable",
}


def expanded(stored: int, failed: int) -> None:
    copies.inc("stored", by=stored)
    copies.inc("failed", by=failed)


def refused(error: dict[str, str]) -> None:
    code, *_ = error.values()
    handshakes.inc(_REFUSALS[code])
