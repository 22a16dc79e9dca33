"""Faults on demand: what a service does wrong, to which push and how often."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

SERVICES = ("apns", "fcm", "adm", "wns", "web")
WITH_TOKENS = ("fcm", "adm", "wns")  # services with an endpoint for bearer tokens


class Kind(NamedTuple):
    """`delivers`: whether the push is delivered all the same. `services` and `on` are where it can be set."""

    does: str
    delivers: bool = False
    services: tuple[str, ...] = SERVICES
    on: tuple[str, ...] = ("push", "token")


KINDS: Mapping[str, Kind] = {
    "pass": Kind("nothing: in a script, a request that is served", True),
    "delay": Kind("answers after `seconds`", True),
    "black_hole": Kind(
        "never answers (on connect: never reads); what is released later is taken and answered then",
        on=("push", "token", "connect"),
    ),
    "reset_before": Kind("resets the connection without having taken the request"),
    "reset_after": Kind("takes the request, then resets the connection instead of answering", True),
    "goaway": Kind(
        "holds `hold` requests of a connection, then sends GOAWAY: the first `keep` are taken and answered "
        "after `seconds`, the others were never processed",
        services=("apns",),
        on=("push",),
    ),
    "rst_stream": Kind(
        "resets the request's stream with `code` (7: REFUSED_STREAM)", False, ("apns",), ("push",)
    ),
    "too_many": Kind("429 (WNS 406) with Retry-After: `seconds`, in the `form` seconds, date or none"),
    "server_error": Kind("500"),
    "unavailable": Kind("503, with Retry-After where `seconds` is set"),
    "bad_json": Kind("takes the request; what it answers is not JSON", True),
    "slow_body": Kind("takes the request; its answer's body takes `seconds`", True),
    "expired_token": Kind(
        "calls the bearer, provider or VAPID token of the request expired, now and later", on=("push",)
    ),
    "refuse": Kind(
        "refuses with `code`, a word of the service's own, and its status or `status`; APNs' `timestamp_ms`"
    ),
    "replace": Kind(
        "takes the request and names `replacement` as the device's new id", True, ("adm",), ("push",)
    ),
    "tls_cut": Kind("ends the connection in the TLS handshake", on=("connect",)),
    "tls_untrusted": Kind("shows a certificate of another authority", on=("connect",)),
    "connection_limit": Kind(
        "ends a connection that comes while `connections` others are open", on=("connect",)
    ),
    "redirect": Kind(
        "answers 307 and names the same address, where the push would be taken",
        services=("web",),
        on=("push",),
    ),
    "stream_limit": Kind(
        "announces `streams` as the most streams a connection", True, ("apns",), ("connect",)
    ),
    "window": Kind(
        "announces a flow-control window of `window` bytes a stream", True, ("apns",), ("connect",)
    ),
}


class BadFault(ValueError):
    """A fault that cannot be set; says why."""


@dataclass
class Fault:
    """`token` "" meets every device. `times` 0 is without end. `fired` counts how often it was met.

    `on`: `push`, `token` (the endpoint that gives bearer tokens) or `connect`; each kind's first by default.
    """

    kind: str
    service: str
    token: str = ""
    on: str = ""
    times: int = 1
    seconds: float = 0.0
    form: str = "seconds"
    code: str = ""
    status: int = 0
    timestamp_ms: int = 0
    hold: int = 1
    keep: int = 0
    streams: int = 1
    connections: int = 1
    window: int = 1
    replacement: str = ""
    number: int = 0
    fired: int = 0

    def __post_init__(self) -> None:
        kind = KINDS.get(self.kind)
        if kind is None:
            raise BadFault(f"kind is one of {', '.join(KINDS)}")
        self.on = self.on or kind.on[0]
        if self.service not in kind.services or (self.on == "token" and self.service not in WITH_TOKENS):
            raise BadFault(f"{self.service} has no {self.kind} on {self.on}")
        if self.on not in kind.on:
            raise BadFault(f"{self.kind} is on {' or '.join(kind.on)}")
        if self.form not in ("seconds", "date", "none"):
            raise BadFault("form is seconds, date or none")

    @classmethod
    def of(cls, document: Any) -> "Fault":
        """Raises BadFault."""
        if not isinstance(document, dict):
            raise BadFault("a fault is an object")
        known = {
            each.name: type(each.default) for each in fields(cls) if each.name not in ("number", "fired")
        }
        for name, value in document.items():
            if name not in known:
                raise BadFault(f"{name} is not known")
            kind = str if name in ("kind", "service") else known[name]
            if not isinstance(value, (int, float) if kind is float else kind):
                raise BadFault(f"{name} is not a {kind.__name__}")
        if not {"kind", "service"} <= document.keys():
            raise BadFault("kind and service are required")
        return cls(**document)

    @property
    def spent(self) -> bool:
        return self.times > 0 and self.fired >= self.times

    @property
    def document(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


class Faults:
    """In the order in which they were set; a request meets the first that is for it and not spent."""

    def __init__(self) -> None:
        self._all: list[Fault] = []

    def add(self, faults: Iterable[Fault]) -> list[Fault]:
        added = list(faults)
        for fault in added:
            self._all.append(fault)
            fault.number = len(self._all)
        return added

    def clear(self) -> None:
        self._all.clear()

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._all)

    def find(self, service: str, on: str, token: str = "") -> Fault | None:
        """Without firing it."""
        for fault in self._all:
            if (fault.service, fault.on) == (service, on) and not fault.spent and fault.token in ("", token):
                return fault
        return None

    def take(self, service: str, on: str, token: str = "") -> Fault | None:
        fault = self.find(service, on, token)
        if fault is not None:
            fault.fired += 1
        return fault
