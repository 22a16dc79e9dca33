import hashlib
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from push.fingerprints import fingerprint_of
from tests.push.keys import p8_key, pem, service_key


def test_a_key_is_recognised_by_its_public_half() -> None:
    public = p8_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = hashlib.sha256(public).hexdigest()
    words = f"{digest[:4]} {digest[4:8]} {digest[8:12]} {digest[12:16]}"
    assert fingerprint_of({"p8": pem(p8_key()), "keyId": "A" * 10}) == words
    assert fingerprint_of({"vapidPrivateKey": pem(p8_key()).replace("\n", "\r\n")}) == words


@pytest.mark.parametrize(
    ("credentials", "other"),
    [
        ({"p8": pem(p8_key())}, {"p8": pem(p8_key("other"))}),
        (
            {"serviceAccount": {"private_key": pem(service_key())}},
            {"serviceAccount": {"private_key": pem(service_key("other"))}},
        ),
        ({"clientId": "id", "clientSecret": "one"}, {"clientId": "id", "clientSecret": "two"}),
    ],
    ids=["apns", "fcm", "secret"],
)
def test_other_secrets_have_another_fingerprint(credentials: dict[str, Any], other: dict[str, Any]) -> None:
    assert fingerprint_of(credentials) == fingerprint_of(dict(credentials)) != fingerprint_of(other)


def test_nothing_stored_has_none() -> None:
    assert fingerprint_of({}) == ""
