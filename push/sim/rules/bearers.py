"""Bearer tokens that a service gave out, and the requests for them by client credentials (RFC 6749, 4.4)."""

import itertools
from collections.abc import Mapping
from typing import NamedTuple

from ..wire import Refusal


class Bearers:
    """`prefix` begins each token, so that one of another service is recognised by the eye."""

    def __init__(self, prefix: str, lifetime: int) -> None:
        self.lifetime = lifetime  # seconds
        self._prefix = prefix
        self._numbers = itertools.count(1)
        self._ends: dict[str, float] = {}

    @property
    def issued(self) -> list[str]:
        return list(self._ends)

    def issue(self, now: float) -> str:
        token = f"{self._prefix}{next(self._numbers)}"
        self._ends[token] = now + self.lifetime
        return token

    def forget(self) -> None:
        """Every token given out so far counts as unknown."""
        self._ends.clear()

    def is_valid(self, authorization: str, now: float, revoked: set[str]) -> bool:
        """`authorization` is the header."""
        scheme, _, token = authorization.partition(" ")
        return scheme == "Bearer" and token not in revoked and self._ends.get(token, 0) > now


class Client(NamedTuple):
    id: str
    secret: str
    scope: str


def check_client(form: Mapping[str, str], client: Client, rule: str) -> None:
    """Raises Refusal with RFC 6749's codes."""
    missing = [name for name in ("grant_type", "client_id", "client_secret", "scope") if not form.get(name)]
    if missing:
        raise Refusal(400, "invalid_request", rule, f"without {missing[0]}")
    if form["grant_type"] != "client_credentials":
        raise Refusal(400, "unsupported_grant_type", rule, form["grant_type"])
    if (form["client_id"], form["client_secret"]) != client[:2]:
        raise Refusal(401, "invalid_client", rule, "the client id or its secret")
    if form["scope"] != client.scope:
        raise Refusal(400, "invalid_scope", rule, form["scope"])
