"""Texts that open something: made at random, handed out once, kept as their SHA-256.

Hexadecimal, so that the log takes them for what they are (protocol.redaction). They hold 192 random bits: a
slow hash as for passwords would protect nothing.
"""

import hashlib
import secrets


def make(prefix: str = "") -> str:
    return prefix + secrets.token_hex(24)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
