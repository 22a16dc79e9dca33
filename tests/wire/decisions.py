"""The rows of the protocol's table of decisions (wire-protocol.md §10), each with its test's name."""

import re

ROWS = (
    "handshake error",
    "unknown API key or credential",
    "fate of the old token",
    "sessionId",
    "unauthenticated request",
    "unknown `@class`",
    "unknown event key",
    "missing / ill-typed field",
    "malformed JSON, nesting over 64, non-object",
    "request over 256 KB",
    "rate limit",
    "class forbidden to the credential",
    "`server` socket without / with unknown `playerId` where a player is needed",
    "which check answers",
    "EndSession",
    "log-in on a logged-in socket",
    "Registration",
    "no handshake",
    "each refusal",
    "aggregation",
    "scriptData on messages",
    "`server` listener scope",
    "SessionTerminatedMessage.authToken",
    "durable requests",
    "delivery on reconnect",
    "stage of a URL without one",
    "secure",
    "REST",
    "idle",
)


def test_name(row: str) -> str:
    """`unknown `@class`` → `test_unknown_class`."""
    return "test_" + "_".join(re.findall(r"[a-z0-9]+", row.lower()))
