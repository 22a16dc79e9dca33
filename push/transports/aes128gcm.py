"""Encryption for one browser: RFC 8291, in the one record of RFC 8188 that a push consists of."""

import hmac
import os

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = 4096
LAST = b"\x02"  # the delimiter of the last record


def encrypt(plaintext: bytes, key: ec.EllipticCurvePublicKey, auth: bytes) -> bytes:
    """`key` and `auth` are the subscription's. Salt and key pair are this push's own."""
    salt, pair = os.urandom(16), ec.generate_private_key(ec.SECP256R1())
    ours = _point(pair.public_key())
    shared = _derived(auth, pair.exchange(ec.ECDH(), key), b"WebPush: info\0" + _point(key) + ours, 32)
    content_key = _derived(salt, shared, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(salt, shared, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4, "big") + len(ours).to_bytes(1, "big") + ours
    return head + AESGCM(content_key).encrypt(nonce, plaintext + LAST, None)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    """HKDF with SHA-256 (RFC 5869), of one block at most."""
    extracted = hmac.digest(salt, secret, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")[:length]
