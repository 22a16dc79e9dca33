"""Browsers that subscribed: their keys stay here, so that what they are sent can be read."""

import os
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from .keys import base64url, point


@dataclass(frozen=True)
class Subscription:
    """`server_key` is the application server key that it was made for."""

    id: str
    key: ec.EllipticCurvePrivateKey
    auth: bytes
    server_key: str

    def document(self, origin: str) -> dict[str, Any]:
        """As a browser hands it to the page."""
        keys = {"p256dh": base64url(point(self.key.public_key())), "auth": base64url(self.auth)}
        return {"endpoint": f"{origin}/push/{self.id}", "expirationTime": None, "keys": keys}


class Subscriptions:
    def __init__(self, server_key: str) -> None:
        self._server_key = server_key
        self._all: dict[str, Subscription] = {}

    def make(self, name: str = "", server_key: str = "") -> Subscription:
        """`name` is its id, by which faults and the log know it. A name that exists gives the same one."""
        name = name or base64url(os.urandom(12))
        if name not in self._all:
            key = ec.generate_private_key(ec.SECP256R1())
            made = Subscription(name, key, os.urandom(16), server_key or self._server_key)
            self._all[name] = made
        return self._all[name]

    def find(self, name: str) -> Subscription | None:
        return self._all.get(name)
