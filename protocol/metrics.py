"""What is counted of requests."""

from protocol.instruments import Counter, Histogram
from protocol.registry import find
from protocol.request import Response

requests = Counter(
    "flint_requests_total",
    "Requests over sockets and REST, by class and outcome: ok, repeated (a durable one, answered before), "
    "error (its own), throttled, unavailable (the database), failed (Flint's fault).",
    ["request", "outcome"],
)
durations = Histogram(
    "flint_request_duration_seconds", "Time until a request's answer is made, by class.", ["request"]
)
throttled = Counter(
    "flint_throttled_total",
    "What was refused for coming too often, by kind of limit.",
    ["kind"],
    known=[
        *("requests", "player_requests", "address_requests", "credential_requests", "queue", "array"),
        *(
            "handshakes",
            "log_ins",
            "wrong_passwords",
            "rest_guesses",
            "pages",
            "sign_ins",
            "editors",
            "mails",
        ),
    ],
)


def answered(label: str, response: Response, seconds: float) -> None:
    """`label` is label_of the request's name."""
    requests.inc(label, outcome_of(response))
    durations.observe(seconds, label)


def label_of(name: str) -> str:
    """Classes that are not in the catalogue are strangers' texts: they count as `unknown`."""
    return name if find(name) else "unknown"


def outcome_of(response: Response) -> str:
    error = response.body.get("error")
    if error is None:
        return "ok" if response.body else "repeated"
    if error.get("request") == "THROTTLED":
        return "throttled"
    return {"UNAVAILABLE": "unavailable", "FAILED": "failed"}.get(str(error.get("server")), "error")
