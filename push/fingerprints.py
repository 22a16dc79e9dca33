"""By what stored credentials are recognised, which are never shown: the same ones, the same fingerprint."""

import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

_LENGTH = 16  # hexadecimal digits
_SECRETS = ("p8", "vapidPrivateKey", "clientSecret")


def fingerprint_of(credentials: Mapping[str, Any]) -> str:
    """`ab12 34cd 56ef 7890`, a SHA-256's beginning: of a key's public half, else of the secret."""
    service_account = credentials.get("serviceAccount", {})
    secrets = (service_account.get("private_key"), *(credentials.get(name) for name in _SECRETS))
    secret = next(filter(None, secrets), "")
    if not secret:
        return ""
    digest = hashlib.sha256(_public_bytes(secret) or secret.encode()).hexdigest()[:_LENGTH]
    return " ".join(digest[at : at + 4] for at in range(0, _LENGTH, 4))


def _public_bytes(pem: str) -> bytes:
    if "PRIVATE KEY" not in pem:
        return b""
    key = load_pem_private_key(pem.encode(), None)
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
