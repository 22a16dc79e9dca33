"""Every fault of every provider: what the push's attempts must say, and what must really be delivered.

Written by hand. `codes` are those of a push's attempts in order, the same for each push of a case.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

PROVIDERS = ("apns", "fcm", "adm", "wns", "web")
WITH_TOKENS = ("fcm", "adm", "wns")


@dataclass(frozen=True)
class Case:
    """`delivered`: how often each push is. `asked`: the seconds that its provider asks to be left alone, 0 if
    it does not ask. `dead`: its device's token ends. `row` is its line in the printed matrix.
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

    @property
    def least_wait(self) -> float:
        """Seconds until the first retry. A Retry-After that is a date counts whole seconds."""
        return self.asked - 1 if self.asked else 10

    @property
    def most_wait(self) -> float:
        """What is asked for is stretched by a tenth, Flint's own by half; and the attempt took a while."""
        return self.asked * 1.1 + 1.5 if self.asked else 60 * 1.5 + 5

    @property
    def id(self) -> str:
        return f"{self.provider}: {self.row}"


def _each(words: str) -> dict[str, str]:
    """By provider, from words in their order; one word is for all."""
    given = words.split()
    return dict(zip(PROVIDERS, given * len(PROVIDERS) if len(given) == 1 else given, strict=False))


_QUOTA = _each("TooManyRequests QUOTA_EXCEEDED MaxRateExceeded HTTP406 HTTP429")
_BROKEN = _each("InternalServerError INTERNAL InternalServerError HTTP500 HTTP500")
_AWAY = _each("ServiceUnavailable UNAVAILABLE ServiceUnavailable HTTP503 HTTP503")
_GONE = _each("Unregistered UNREGISTERED Unregistered HTTP410 HTTP410")
_GONE_WORDS = _each("Unregistered UNREGISTERED Unregistered gone gone")


def _of_each(provider: str) -> Iterator[Case]:
    quota, broken, away = _QUOTA[provider], _BROKEN[provider], _AWAY[provider]
    asked = 0 if provider == "apns" else 2  # Apple has no Retry-After
    yield Case("answers late", provider, "delay", ("sent",), settings={"seconds": 0.3})
    yield Case("answers slowly", provider, "slow_body", ("sent",), settings={"seconds": 0.3})
    yield Case("answers no JSON", provider, "bad_json", ("sent",))
    yield Case("never answers", provider, "black_hole", ("timeout", "sent"))
    yield Case("resets before it took the push", provider, "reset_before", ("connection_lost", "sent"))
    yield Case("resets after it took the push", provider, "reset_after", ("connection_lost", "sent"), 2)
    for form in ("seconds", "date"):
        settings = {"seconds": 2, "form": form}
        row = f"429, Retry-After as {'a date' if form == 'date' else form}"
        yield Case(row, provider, "too_many", (quota, "sent"), settings=settings, asked=asked)
    yield Case("500", provider, "server_error", (broken, "sent"))
    settings = {"seconds": 2}
    yield Case("503, Retry-After", provider, "unavailable", (away, "sent"), settings=settings, asked=asked)
    yield Case("calls the token expired", provider, "expired_token", ("sent",))
    # The first connection of those with tokens is for one, to the same server.
    first = "oauth_" if provider in WITH_TOKENS else ""
    yield Case("cuts the TLS handshake", provider, "tls_cut", (f"{first}unreachable", "sent"))
    yield Case("has another certificate", provider, "tls_untrusted", (f"{first}tls", "sent"))
    gone = {"code": _GONE_WORDS[provider]}
    yield Case("knows the device no more", provider, "refuse", (_GONE[provider],), 0, gone, dead=True)


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


def cases() -> list[Case]:
    found = [case for provider in PROVIDERS for case in _of_each(provider)]
    found += [case for provider in WITH_TOKENS for case in _of_token_endpoint(provider)]
    return [*found, *_of_apns()]


def reduced() -> list[Case]:
    """Every row once, the providers in turn."""
    by_row: dict[str, list[Case]] = {}
    for case in cases():
        by_row.setdefault(case.row, []).append(case)
    return [several[number % len(several)] for number, several in enumerate(by_row.values())]


def printed(seen: dict[str, str]) -> str:
    """A table from what each case (by id) came to."""
    rows = list(dict.fromkeys(case.row for case in cases()))
    lines = ["| The provider | APNs | FCM | ADM | WNS | Web Push |", "|---|---|---|---|---|---|"]
    for row in rows:
        cells = [seen.get(f"{provider}: {row}", "") for provider in PROVIDERS]
        lines.append(f"| {row} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
