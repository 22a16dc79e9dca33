"""APNs' provider tokens (APNs 2)."""

from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from ..accounts import KEY_ID, TEAM_ID
from ..wire import Refusal

OLDEST, YOUNGEST = 3600, 1200  # seconds: a token's age at most, and between two of a connection at least
CLOCKS_DIFFER = 60
RULE = "APNs 2"


class ProviderTokens:
    """Signatures are checked once a token."""

    def __init__(self, key: ec.EllipticCurvePublicKey) -> None:
        self._key = key
        self._issued: dict[str, int] = {}

    def check(self, header: str, now: float, revoked: set[str]) -> int:
        """When the bearer token was issued. Raises Refusal."""
        if not header:
            raise Refusal(403, "MissingProviderToken", RULE, "no authorization header")
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise Refusal(403, "InvalidProviderToken", RULE, "the authorization is not a bearer token")
        issued = self._issued.get(token) or self._read(token)
        self._issued[token] = issued
        if token in revoked or now - issued > OLDEST:
            raise Refusal(403, "ExpiredProviderToken", RULE, f"issued {now - issued:.0f} s ago")
        if issued - now > CLOCKS_DIFFER:
            raise Refusal(403, "InvalidProviderToken", RULE, "issued in the future")
        return issued

    def _read(self, token: str) -> int:
        try:
            # Its times are compared with the simulator's clock, which may be ahead.
            options: Any = {"verify_iat": False, "require": ["iat", "iss"]}
            claims = jwt.decode(token, self._key, algorithms=["ES256"], issuer=TEAM_ID, options=options)
            key_id = jwt.get_unverified_header(token).get("kid")
        except jwt.InvalidTokenError as error:
            raise Refusal(403, "InvalidProviderToken", RULE, str(error)) from error
        if key_id != KEY_ID or not isinstance(claims["iat"], int):
            raise Refusal(403, "InvalidProviderToken", RULE, "kid or iat")
        return int(claims["iat"])


class Freshness:
    """One connection's: a new token soon after the last one is one too many, unless that one was expired."""

    def __init__(self) -> None:
        self._token, self._issued = "", 0

    def see(self, token: str, issued: int, revoked: set[str]) -> None:
        replaced = bool(self._token) and token != self._token and self._token not in revoked
        if replaced and 0 <= issued - self._issued < YOUNGEST:
            detail = f"{issued - self._issued} s after the last one"
            raise Refusal(429, "TooManyProviderTokenUpdates", RULE, detail)
        if token != self._token and issued >= self._issued:
            self._token, self._issued = token, issued
