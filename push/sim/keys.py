"""Private keys as PEM text, and base64url as the web's standards write it."""

import base64
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def pem(key: PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """65 bytes, uncompressed."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Raises ValueError on other characters, padding among them."""
    if not text.isascii() or any(not (each.isalnum() or each in "-_") for each in text):
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def p256(file: Path | None) -> ec.EllipticCurvePrivateKey:
    """The key of the file, which is made if it is not there."""
    if file is not None and file.exists():
        key = load_pem_private_key(file.read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key
    key = ec.generate_private_key(ec.SECP256R1())
    _keep(key, file)
    return key


def rsa2048(file: Path | None) -> rsa.RSAPrivateKey:
    if file is not None and file.exists():
        key = load_pem_private_key(file.read_bytes(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key
    key = rsa.generate_private_key(65537, 2048)
    _keep(key, file)
    return key


def _keep(key: PrivateKey, file: Path | None) -> None:
    if file is not None:
        file.touch(0o600)
        file.write_text(pem(key))
