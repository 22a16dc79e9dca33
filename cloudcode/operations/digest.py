"""Digests of texts, which the engine has no functions for."""

import base64
import binascii
import hashlib
import hmac
from typing import TYPE_CHECKING, Literal

from cloudcode.operations.registry import Arguments, operation
from cloudcode.sandbox.running import Refused
from realtime import database

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

Algorithm = Literal["md5", "sha1", "sha256", "sha384", "sha512"]
Form = Literal["hex", "base64"]
LONG = 64 * 1024  # characters that take their time


class Hash(Arguments, frozen=True):
    algorithm: Algorithm
    form: Form
    text: str


class Hmac(Arguments, frozen=True):
    """`key_form`: how `key` is written."""

    algorithm: Algorithm
    key_form: Literal["text", "hex", "base64"]
    key: str
    text: str
    form: Form


@operation("digest.hash", Hash)
async def hash_(host: "ScriptHost", asked: Hash) -> str:
    """Hex in lower case; texts are hashed as UTF-8."""
    if len(asked.text) > LONG:
        return await database.run_outside(_hash, asked)
    return _hash(asked)


@operation("digest.hmac", Hmac)
async def hmac_(host: "ScriptHost", asked: Hmac) -> str:
    key = _key(asked)
    if len(asked.text) + len(asked.key) > LONG:
        return await database.run_outside(_hmac, asked, key)
    return _hmac(asked, key)


def _hash(asked: Hash) -> str:
    return _written(
        hashlib.new(asked.algorithm, asked.text.encode(), usedforsecurity=False).digest(), asked.form
    )


def _hmac(asked: Hmac, key: bytes) -> str:
    return _written(hmac.digest(key, asked.text.encode(), asked.algorithm), asked.form)


def _key(asked: Hmac) -> bytes:
    try:
        if asked.key_form == "hex":
            return bytes.fromhex(asked.key)
        if asked.key_form == "base64":
            return base64.b64decode(asked.key, validate=True)
    except (ValueError, binascii.Error):
        raise Refused(f"the key is not {asked.key_form}") from None
    return asked.key.encode()


def _written(digest: bytes, form: Form) -> str:
    return digest.hex() if form == "hex" else base64.b64encode(digest).decode()
