"""Secrets to look for, in every form in which a text may hold one."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

SECRET_NAMES = {"p8", "private_key", "clientSecret", "vapidPrivateKey", "client_x509_cert_url"}
TOKEN_OF_OURS = re.compile(r"eyJ[\w-]{5,}\.eyJ")  # a signed one: provider token, assertion, VAPID


class Canaries:
    """`add` what is secret; `found` names those that a text holds."""

    def __init__(self) -> None:
        self._forms: dict[str, set[str]] = {}

    def add(self, name: str, secret: str) -> None:
        self._forms.setdefault(name, set()).update(forms_of(secret))

    def add_document(self, provider: str, document: dict[str, Any]) -> None:
        """Every secret of an account document."""
        for name, secret in _secrets(document["credentials"]):
            self.add(f"{provider} {name}", secret)

    def add_all(self, name: str, secrets: Iterable[str]) -> None:
        for secret in secrets:
            self.add(name, secret)

    @property
    def names(self) -> set[str]:
        return set(self._forms)

    def found(self, text: str) -> list[str]:
        names = [name for name, forms in self._forms.items() if any(form in text for form in forms)]
        return names + (["a signed token"] if TOKEN_OF_OURS.search(text) else [])


def forms_of(secret: str) -> Iterator[str]:
    """As it is, escaped for JSON and for URLs, in base64; of a key each line, and its number."""
    if "PRIVATE KEY" in secret:
        lines = [line for line in secret.splitlines() if line and not line.startswith("-")]
        yield from lines[:-1]
        yield "".join(lines)
        yield from _numbers(secret)
        return
    yield from {secret, json.dumps(secret)[1:-1], quote(secret), quote_plus(secret)}
    yield base64.b64encode(secret.encode()).decode().rstrip("=")


def _numbers(pem: str) -> Iterator[str]:
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
    numbers = key.private_numbers()
    number = numbers.private_value if isinstance(numbers, ec.EllipticCurvePrivateNumbers) else numbers.d
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    yield from (str(number), f"{number:x}", base64.urlsafe_b64encode(raw).decode().rstrip("="))


def _secrets(credentials: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in credentials.items():
        if isinstance(value, dict):
            yield from _secrets(value)
        elif name in SECRET_NAMES:
            yield name, value
