"""Decrypting what a browser is sent: RFC 8291 over RFC 8188 (aes128gcm), written from the standards."""

import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .keys import point

TAG = 16
KEY_LENGTH = 65  # of an uncompressed point of P-256


class Undecryptable(ValueError):
    """The browser would drop the message."""


def decrypt(body: bytes, key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """The plaintext of a push to the subscription with that key and secret."""
    if len(body) < 21:
        raise Undecryptable("no header")
    salt, record_size, length = body[:16], *struct.unpack(">IB", body[16:21])
    sender, records = body[21 : 21 + length], body[21 + length :]
    if length != KEY_LENGTH or record_size < TAG + 2:
        raise Undecryptable("the header's key or record size")
    # RFC 8291, 4: a push is one record.
    if len(records) > record_size:
        raise Undecryptable("more than one record")
    return _unpadded(_open(records, salt, sender, key, auth))


def _open(record: bytes, salt: bytes, sender: bytes, key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = key.exchange(ec.ECDH(), public)
        info = b"WebPush: info\0" + point(key.public_key()) + sender
        material = _derive(shared, auth, info, 32)
        content_key = _derive(material, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derive(material, salt, b"Content-Encoding: nonce\0", 12)
        return AESGCM(content_key).decrypt(nonce, record, None)
    except (InvalidTag, ValueError) as error:
        raise Undecryptable("not encrypted for this subscription") from error


def _unpadded(record: bytes) -> bytes:
    content = record.rstrip(b"\0")
    if not content.endswith(b"\2"):
        raise Undecryptable("the last record's delimiter")
    return content[:-1]


def _derive(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)
