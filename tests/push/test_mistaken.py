"""Older credentials, and files of something else, are recognised with the remedy."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID

from push.mistaken import (
    CERTIFICATE,
    KEY_ALONE,
    NOT_APPLES,
    OAUTH_CLIENT,
    OF_THE_APP,
    P12,
    SERVER_KEY,
    mistaken,
)
from tests.push.keys import p8_key, pem, service_key


def certificate() -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Apple Push Services: org.example")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    made = made.public_key(service_key().public_key()).not_valid_before(now)
    return made.not_valid_after(now + timedelta(days=9)).sign(service_key(), hashes.SHA256())


def p12() -> bytes:
    return pkcs12.serialize_key_and_certificates(b"push", service_key(), certificate(), None, NoEncryption())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (p12(), P12),
        (certificate().public_bytes(Encoding.DER), CERTIFICATE),
        (certificate().public_bytes(Encoding.PEM), CERTIFICATE),
        (
            service_key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
            CERTIFICATE,
        ),
        (json.dumps({"client_email": "a@b", "private_key": "x"}).encode(), NOT_APPLES),
        (pem(p8_key()).encode(), ""),
        (b"", ""),
    ],
    ids=["p12", "cer", "certificate", "key", "google", "p8", "nothing"],
)
def test_what_is_no_p8_is_recognised_for_apple(content: bytes, words: str) -> None:
    assert mistaken("apns", content) == words


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (("AAAA" + "b" * 7 + ":APA91b" + "c" * 134).encode(), SERVER_KEY),
        (("AIza" + "d" * 35 + "\n").encode(), SERVER_KEY),
        (b'{"project_info": {}, "client": []}', OF_THE_APP),
        (b'<?xml version="1.0"?><plist></plist>', OF_THE_APP),
        (b'{"installed": {"client_id": "x"}}', OAUTH_CLIENT),
        (pem(p8_key()).encode(), KEY_ALONE),
        (p12(), KEY_ALONE),
        (b'{"type": "service_account"}', ""),
        (b"[1]", ""),
        (b"\xff\xfe", ""),
    ],
    ids=["server-key", "api-key", "android", "ios", "oauth", "key", "p12", "right", "list", "bytes"],
)
def test_what_is_no_service_account_is_recognised_for_google(content: bytes, words: str) -> None:
    assert mistaken("fcm", content) == words


def test_other_providers_have_nothing_to_mistake() -> None:
    assert mistaken("adm", p12()) == ""


def test_each_sentence_says_what_to_take_instead() -> None:
    for words in (P12, CERTIFICATE, NOT_APPLES):
        assert ".p8" in words
    for words in (SERVER_KEY, OF_THE_APP, KEY_ALONE, OAUTH_CLIENT):
        assert "JSON file" in words
