"""Every fault of every provider: what the push's attempts must say, and what must really be delivered.

Written by hand. `codes` are those of a push's attempts in order, the same for each push of a case.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

PROVIDERS = ("apns", "fcm", "adm", "wns", "web")
WITH_TOKENS = ("fcm", "adm", "wns")
PRIVATE = "private address"  # no fault of the service: its name leads into this network
NOT_OF_A_PUSH = {"tls_cut", "tls_untrusted", "connection_limit", "stream_limit", "window", "goaway", PRIVATE}
TOO_LATE = 9.0  # seconds: longer than a case's push is waited for


@dataclass(frozen=True)
class Case:
    """`delivered`: how often each push is. `asked`: the seconds that its provider asks to be left alone, 0 if
    it does not ask. `dead`: its device's token ends. `row` is its line in the printed matrix. `spared` of the
    pushes do not meet the fault.

    `kept`: it waits for its account's correction. `shared`: what goes wrong is not one push's alone. Else
    another is in flight and must not notice.
    """

    row: str
    provider: str
    kind: str
    codes: tuple[str, ...]
    delivered: int = 1
    settings: dict[str, Any] = field(default_factory=dict)
    pushes: int = 1
    asked: int = 0
    dead: bool = False
    spared: int = 0
    kept: bool = False
    shared: bool = False

    @property
    def has_neighbour(self) -> bool:
        on_push = self.kind not in NOT_OF_A_PUSH and self.settings.get("on", "push") == "push"
        return on_push and self.pushes == 1 and not self.shared

    @property
    def least_wait(self) -> float:
        """Seconds until the first retry. A Retry-After that is a date counts whole seconds."""
        return self.asked - 1 if self.asked else 10

    @property
    def most_wait(self) -> float:
        """What is asked for is stretched by a tenth, Flint's own by half."""
        return self.asked * 1.1 if self.asked else 60 * 1.5

    @property
    def patience(self) -> float:
        """Seconds that a push is waited for: few where that is what the case is about."""
        return 2.5 if "timeout" in self.codes else 15.0

    @property
    def patience_for_tokens(self) -> float:
        return 1.5 if "oauth_timeout" in self.codes else 10.0

    @property
    def id(self) -> str:
        return f"{self.provider}: {self.row}"


def _each(words: str) -> dict[str, str]:
    """By provider, from words in their order; one word is for all. `-`: there is no such thing."""
    given = words.split()
    return dict(zip(PROVIDERS, given * len(PROVIDERS) if len(given) == 1 else given, strict=False))


_QUOTA = _each("TooManyRequests QUOTA_EXCEEDED MaxRateExceeded HTTP406 HTTP429")
_BROKEN = _each("InternalServerError INTERNAL InternalServerError HTTP500 HTTP500")
_AWAY = _each("ServiceUnavailable UNAVAILABLE ServiceUnavailable HTTP503 HTTP503")


@dataclass(frozen=True)
class _Refusal:
    """A permanent 4xx. By provider the service's word and the code that the attempt gets; `dead` where the
    device's token ends. `status` where it is not the word's own. `account`: it is the account's fault.
    """

    row: str
    words: Mapping[str, str]
    codes: Mapping[str, str]
    dead: Mapping[str, str] = field(default_factory=lambda: _each("no"))
    status: int = 0
    account: bool = False


_REFUSALS = (
    _Refusal(
        "knows the device no more",
        _each("Unregistered UNREGISTERED Unregistered gone gone"),
        _each("Unregistered UNREGISTERED Unregistered HTTP410 HTTP410"),
        _each("yes"),
    ),
    _Refusal(
        "calls the token none",
        _each("BadDeviceToken - InvalidRegistrationId channel subscription"),
        _each("BadDeviceToken - InvalidRegistrationId HTTP404 HTTP404"),
        _each("no - yes yes yes"),  # APNs' may be the account's fault
    ),
    _Refusal("retires the token", _each("ExpiredToken - - - -"), _each("ExpiredToken"), _each("yes")),
    _Refusal(
        "says that the device is another app's",
        _each("DeviceTokenNotForTopic SENDER_ID_MISMATCH - forbidden key"),
        _each("DeviceTokenNotForTopic SENDER_ID_MISMATCH - HTTP403 HTTP403"),
        account=True,
    ),
    _Refusal(
        "does not take the payload",
        _each("PayloadEmpty INVALID_ARGUMENT InvalidData payload headers"),
        _each("PayloadEmpty INVALID_ARGUMENT InvalidData HTTP400 HTTP400"),
        status=400,
    ),
    _Refusal(
        "calls the payload too large",
        _each("PayloadTooLarge - MessageTooLarge size size"),
        _each("PayloadTooLarge - MessageTooLarge HTTP413 HTTP413"),
        status=413,
    ),
    _Refusal(
        "does not take the account",
        _each("InvalidProviderToken PERMISSION_DENIED forbidden unauthorized vapid"),
        _each("InvalidProviderToken PERMISSION_DENIED forbidden HTTP401 HTTP401"),
        status=403,
        account=True,
    ),
    _Refusal(
        "says that the account is set wrong",
        _each("TopicDisallowed NOT_FOUND - - -"),
        _each("TopicDisallowed NOT_FOUND"),
        account=True,
    ),
    _Refusal(
        "does not take the account's environment or app",
        _each("BadEnvironmentKeyIdInToken THIRD_PARTY_AUTH_ERROR - - -"),
        _each("BadEnvironmentKeyIdInToken THIRD_PARTY_AUTH_ERROR"),
        account=True,
    ),
    _Refusal("drops the push", _each("- - - dropped -"), _each("- - - dropped -")),
    _Refusal(
        "refuses with a word of its own",
        _each("Novel NOVEL Novel novel novel"),
        _each("Novel NOVEL Novel HTTP418 HTTP418"),
        status=418,
    ),
)


def _refusals(provider: str) -> Iterator[Case]:
    for each in _REFUSALS:
        if (word := each.words[provider]) == "-":
            continue
        code, dead = each.codes[provider], each.dead[provider] == "yes"
        settings: dict[str, Any] = {"code": word}
        if each.status:
            settings["status"] = each.status
        if code == "HTTP401":
            settings["status"] = 401
        if code == "HTTP401" or (provider, code) == ("web", "HTTP403"):
            settings["times"] = 2  # a new token is tried once
        # What may be the account's fault is the token's once the account has worked, as a neighbour shows.
        kept = each.account or code == "BadDeviceToken"
        yield Case(each.row, provider, "refuse", (code,), 0, settings, dead=dead, kept=kept, shared=kept)


def _of_each(provider: str) -> Iterator[Case]:
    quota, broken, away = _QUOTA[provider], _BROKEN[provider], _AWAY[provider]
    asked = 0 if provider == "apns" else 2  # Apple has no Retry-After
    one = provider == "apns"  # whose one connection carries the neighbours too
    yield Case("accepts", provider, "pass", ("sent",))
    yield Case("answers late", provider, "delay", ("sent",), settings={"seconds": 0.3})
    yield Case("answers slowly", provider, "slow_body", ("sent",), settings={"seconds": 0.3})
    yield Case("answers no JSON", provider, "bad_json", ("sent",))
    yield Case("never answers", provider, "black_hole", ("timeout", "sent"))
    late = {"seconds": TOO_LATE}
    yield Case("takes the push, and answers too late", provider, "delay", ("timeout", "sent"), 2, late)
    yield Case(
        "takes the push, and never ends its answer", provider, "slow_body", ("timeout", "sent"), 2, late
    )
    lost = ("connection_lost", "sent")
    yield Case("resets before it took the push", provider, "reset_before", lost, shared=one)
    yield Case("resets after it took the push", provider, "reset_after", lost, 2, shared=one)
    for form in ("seconds", "date"):
        settings = {"seconds": 2, "form": form}
        row = f"429, Retry-After as {'a date' if form == 'date' else form}"
        yield Case(row, provider, "too_many", (quota, "sent"), settings=settings, asked=asked)
    yield Case("429, no Retry-After", provider, "too_many", (quota, "sent"))
    yield Case("500", provider, "server_error", (broken, "sent"))
    settings = {"seconds": 2}
    yield Case("503, Retry-After", provider, "unavailable", (away, "sent"), settings=settings, asked=asked)
    yield Case("503, no Retry-After", provider, "unavailable", (away, "sent"))
    yield Case("calls the token expired", provider, "expired_token", ("sent",))
    yield from _of_connecting(provider)
    yield from _refusals(provider)


def _of_connecting(provider: str) -> Iterator[Case]:
    # The first connection of those with tokens is for one, to the same server.
    first = "oauth_" if provider in WITH_TOKENS else ""
    yield Case("cuts the TLS handshake", provider, "tls_cut", (f"{first}unreachable", "sent"))
    yield Case("has another certificate", provider, "tls_untrusted", (f"{first}tls", "sent"))
    never = {"on": "connect"}
    yield Case("never reads", provider, "black_hole", (f"{first}timeout", "sent"), settings=never)
    row = "takes no further connection"
    if provider == "apns":  # which has one, and tries another at once
        yield Case(row, provider, "connection_limit", ("sent",), settings={"connections": 0})
    else:
        codes = ("connection_lost", "sent")
        yield Case(row, provider, "connection_limit", codes, settings={"connections": 1}, pushes=2, spared=1)


def _of_token_endpoint(provider: str) -> Iterator[Case]:
    for row, kind, code in (
        ("tokens: 429", "too_many", "slow_down"),
        ("tokens: 500", "server_error", "server_error"),
        ("tokens: 503", "unavailable", "temporarily_unavailable"),
        ("tokens: no JSON", "bad_json", "oauth_bad_answer"),
        ("tokens: no answer", "black_hole", "oauth_timeout"),
        ("tokens: reset", "reset_before", "oauth_connection_lost"),
        ("tokens: slowly", "slow_body", ""),
    ):
        codes = (code, "sent") if code else ("sent",)
        settings = {"on": "token"} | ({"seconds": 0.1} if kind == "slow_body" else {})
        yield Case(row, provider, kind, codes, settings=settings)
    refused = {"on": "token", "code": "invalid_client", "status": 401}
    yield Case("tokens: the account refused", provider, "refuse", ("invalid_client",), 0, refused, kept=True)


def _of_apns() -> Iterator[Case]:
    goaway = {"hold": 6, "keep": 4, "seconds": 0.2}
    yield Case("GOAWAY, last id in the middle", "apns", "goaway", ("sent",), settings=goaway, pushes=6)
    none_kept = {"hold": 3, "keep": 0}
    yield Case("GOAWAY, nothing taken", "apns", "goaway", ("sent",), settings=none_kept, pushes=3)
    yield Case("RST_STREAM, not processed", "apns", "rst_stream", ("sent",))
    yield Case(
        "RST_STREAM, unknown", "apns", "rst_stream", ("connection_lost", "sent"), settings={"code": "2"}
    )
    yield Case("allows two streams", "apns", "stream_limit", ("sent",), settings={"streams": 2}, pushes=20)
    yield Case("allows one stream", "apns", "stream_limit", ("sent",), settings={"streams": 1}, pushes=20)
    yield Case("takes a byte at a time", "apns", "window", ("sent",), settings={"window": 1}, pushes=3)


def _of_web() -> Iterator[Case]:
    yield Case("redirects", "web", "redirect", ("HTTP307",), 0)
    yield Case("is at a private address", "web", PRIVATE, ("private_address",), 0)


def cases() -> list[Case]:
    found = [case for provider in PROVIDERS for case in _of_each(provider)]
    found += [case for provider in WITH_TOKENS for case in _of_token_endpoint(provider)]
    return [*found, *_of_apns(), *_of_web()]


def reduced() -> list[Case]:
    """Every row once, the providers in turn."""
    by_row: dict[str, list[Case]] = {}
    for case in cases():
        by_row.setdefault(case.row, []).append(case)
    return [several[number % len(several)] for number, several in enumerate(by_row.values())]


def quickly_retried() -> list[Case]:
    """Cells where a push is tried again, and that are soon over."""
    slow = ("black_hole", "delay", "slow_body")
    return [case for case in cases() if len(case.codes) > 1 and case.kind not in slow and not case.asked]


def printed(seen: dict[str, str]) -> str:
    """A table from what each case (by id) came to; – is where a provider has no such thing."""
    known = {case.id for case in cases()}
    rows = list(dict.fromkeys(case.row for case in cases()))
    lines = ["| The provider | APNs | FCM | ADM | WNS | Web Push |", "|---|---|---|---|---|---|"]
    for row in rows:
        ids = [f"{provider}: {row}" for provider in PROVIDERS]
        cells = [seen.get(each, "") if each in known else "–" for each in ids]
        lines.append(f"| {row} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
