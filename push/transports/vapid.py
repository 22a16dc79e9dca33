"""An account's VAPID tokens (RFC 8292): one an origin, signed anew long before it ends."""

import time
from typing import NamedTuple

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from push.base64url import encode_point

LIFETIME = 12 * 3600  # seconds; push services refuse over 24 h
RENEW_AFTER = LIFETIME / 2
SHORTEST_LIFE = 60.0  # seconds: an account that is always refused must not sign a token a push
MOST_ORIGINS = 200


class _Signed(NamedTuple):
    header: str
    made: float


class Vapid:
    """Raises ValueError for a key that is none."""

    def __init__(self, pem: str, subject: str) -> None:
        key = load_pem_private_key(pem.encode(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("not an elliptic curve's key")
        self._key, self._subject = key, subject
        self._public = encode_point(key.public_key())
        self._signed: dict[str, _Signed] = {}

    def header(self, origin: str, refused: str = "") -> str:
        """The Authorization for a push service. `refused` is one that it did not take."""
        now = time.monotonic()
        signed = self._signed.get(origin)
        if signed is not None and not self._is_old(signed, refused, now):
            return signed.header
        if len(self._signed) >= MOST_ORIGINS:
            self._signed.clear()
        made = _Signed(self._sign(origin), now)
        self._signed[origin] = made
        return made.header

    def _is_old(self, signed: _Signed, refused: str, now: float) -> bool:
        age = now - signed.made
        return age >= RENEW_AFTER or (refused == signed.header and age >= SHORTEST_LIFE)

    def _sign(self, origin: str) -> str:
        claims = {"aud": origin, "exp": int(time.time()) + LIFETIME, "sub": self._subject}
        return f"vapid t={jwt.encode(claims, self._key, algorithm='ES256')},k={self._public}"
