"""Takes secrets out of text that goes into a log: whoever wrote it, and whatever it quotes.

What a secret looks like is guessed generously. A line that lost a word too many is still a line; a secret
that was written once is no secret any more.
"""

import re
from collections.abc import Callable, Iterable

HIDDEN = "…"
SHORTEST_KNOWN = 6  # characters: shorter values would cut ordinary words

_NAMES = (
    "auth_?token|hmac|nonce|(?:new_?|old_?)?password|passwd|pwd|pass_?phrase|(?:client|server)_?secret|secret"
    "|(?:access|refresh|id|csrf(?:middleware)?)_?token|token|push_?id|session_?id|cookie|p8|private_?key"
    "|vapid_?private_?key|service_?account|secret_?key|credential_?keys?"
)
_QUOTE = r"""\\*["']"""
_SECRETS: list[tuple[re.Pattern[str], str]] = [
    # REST: /rs/{key}/{credential}/{secret}/{Request}, and callbacks; also as a part of a longer address
    (re.compile(r"((?:/|%2F)(?:rs|callback)(?:/|%2F))[^\s\"'<>]+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*-----|\Z)", re.DOTALL), HIDDEN),
    (re.compile(r"""(://[^\s:/@"']*:)[^\s"']*@"""), rf"\1{HIDDEN}@"),  # scheme://user:password@host
    (re.compile(rf"(authorization{_QUOTE}?\s*[:=]\s*)[^\r\n,;}}]+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"\b(bearer|basic|vapid)\s+[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (  # "authToken": "…", hmac='…', {\"secret\": \"…\"}
        re.compile(
            rf"(\b(?:{_NAMES}){_QUOTE}?\s*[:=]\s*)b?{_QUOTE}(?:[^\\\"']|\\+[^\\\"'])*{_QUOTE}",
            re.IGNORECASE,
        ),
        rf"\1{HIDDEN}",
    ),
    (  # password=…, "token": 12345; but not "your secret: keep it"
        re.compile(rf"(\b(?:{_NAMES})(?:\s*=|{_QUOTE}\s*[:=])\s*)[^\s,;&)}}\]\"'\\]+", re.IGNORECASE),
        rf"\1{HIDDEN}",
    ),
    # PostgreSQL quotes: Key (hash)=(…) already exists. Failing row contains (…). LINE 1: …
    (re.compile(r"(\bKey \([^)]*\)=\()[^)]*\)"), rf"\1{HIDDEN})"),
    (re.compile(r"(Failing row contains \(|LINE \d+: ).*"), rf"\1{HIDDEN}"),
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*"), HIDDEN),  # JSON web tokens
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE), HIDDEN),
    (re.compile(r"(?<![\w+/-])[\w+/-]{43}="), HIDDEN),  # 32 bytes in base64: hmacs, Fernet keys
    (re.compile(r"\b(?=[A-Za-z]*\d)[A-Za-z0-9]{32,}\b"), HIDDEN),  # generated secrets, tokens of devices
]


class Redactor:
    """`known` values are hidden wherever they stand, beside whatever looks like a secret."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        longest_first = sorted(
            {value for value in known if len(value) >= SHORTEST_KNOWN}, key=len, reverse=True
        )
        self._known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def __call__(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        for pattern, replacement in _SECRETS:
            text = pattern.sub(replacement, text)
        return text


redact: Callable[[str], str] = Redactor()
