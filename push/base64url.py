"""base64url, as the standards of Web Push write bytes."""

import base64
import re

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ALPHABET = re.compile("[A-Za-z0-9_-]*")


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def encode_point(key: ec.EllipticCurvePublicKey) -> str:
    """A public key, uncompressed."""
    return encode(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def decode(text: str) -> bytes:
    """With or without padding, as libraries in browsers differ. Raises ValueError."""
    bare = text.rstrip("=")
    if not _ALPHABET.fullmatch(bare):
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
