from typing import Any

import pytest

from push.account_documents import AccountFaults, check_document
from tests.push.keys import p8_key, pem, service_key

APNS: dict[str, Any] = {
    "p8": pem(p8_key()),
    "keyId": "KEY1234567",
    "teamId": "TEAM123456",
    "topic": "com.a.b",
}
SERVICE = {
    "type": "service_account",
    "project_id": "dice-1234",
    "private_key": pem(service_key()),
    "client_email": "push@dice-1234.iam.gserviceaccount.com",
    "token_uri": "https://oauth2.googleapis.com/token",
}
CLIENT = {"clientId": "id", "clientSecret": "secret"}


def faults_of(provider: str, document: Any) -> list[str]:
    try:
        check_document(provider, document)
    except AccountFaults as error:
        return error.faults
    return []


@pytest.mark.parametrize(
    ("provider", "document"),
    [
        ("apns", {"credentials": APNS}),
        ("apns", {"credentials": APNS, "endpoint": "https://api.sandbox.push.apple.com"}),
        ("apns", {"credentials": APNS, "endpoint": "https://127.0.0.1:8443", "sandbox": True}),
        ("fcm", {"credentials": {"serviceAccount": SERVICE}, "dailyCap": 1000}),
        ("fcm", {"sandbox": True}),
        ("adm", {"credentials": CLIENT}),
        ("wns", {"credentials": CLIENT}),
        ("web", {"credentials": {"vapidPrivateKey": pem(p8_key()), "subject": "mailto:a@example.org"}}),
        ("viber", {}),
        ("wns", {"credentials": CLIENT, "deviceDailyCap": 3, "coalesce": True, "expiresOn": "2028-02-29"}),
    ],
)
def test_sound_documents_pass(provider: str, document: dict[str, Any]):
    assert faults_of(provider, document) == []


def test_every_fault_is_named_at_once():
    document = {
        "credentials": {"p8": "x", "keyId": "", "teamId": 7, "more": 1},
        "endpoint": "https://example.org",
        "tokenEndpoint": "http://api.push.apple.com",
        "caBundle": "x",
        "sandbox": "yes",
        "dailyCap": 0,
        "deviceDailyCap": True,
        "coalesce": 1,
        "expiresOn": "2027-02-29",
        "extra": 1,
    }
    assert faults_of("apns", document) == [
        "extra: is not known",
        "endpoint: is https://host[:port] of the provider, or of a host named in FLINT_PUSH_HOSTS",
        "tokenEndpoint: is https://host[:port] of the provider, or of a host named in FLINT_PUSH_HOSTS",
        "caBundle: is PEM text",
        "sandbox: is true or false",
        "coalesce: is true or false",
        "dailyCap: is a whole number above 0",
        "deviceDailyCap: is a whole number above 0",
        "expiresOn: is a day like 2016-11-30",
        "credentials.more: is not known",
        "credentials.keyId: is required",
        "credentials.teamId: is required",
        "credentials.topic: is required",
    ]


@pytest.mark.parametrize(
    ("provider", "credentials", "fault"),
    [
        ("apns", APNS | {"p8": "no key"}, "credentials.p8: is the text of a .p8 file (PEM, P-256)"),
        ("apns", APNS | {"p8": pem(service_key())}, "credentials.p8: is the text of a .p8 file (PEM, P-256)"),
        ("apns", APNS | {"keyId": "short"}, "credentials.keyId: is 10 letters and digits"),
        ("apns", APNS | {"topic": "a b\r\nc"}, "credentials.topic: is the app's bundle identifier"),
        ("fcm", {"serviceAccount": {}}, "credentials.serviceAccount: is required"),
        (
            "fcm",
            {"serviceAccount": SERVICE | {"type": "authorized_user"}},
            'credentials.serviceAccount.type: is "service_account"',
        ),
        (
            "fcm",
            {"serviceAccount": SERVICE | {"project_id": "../admin"}},
            "credentials.serviceAccount.project_id: is a Google project's id",
        ),
        (
            "fcm",
            {"serviceAccount": SERVICE | {"token_uri": "https://169.254.169.254/token"}},
            "credentials.serviceAccount.token_uri: is Google's, or of a host named in FLINT_PUSH_HOSTS",
        ),
        (
            "fcm",
            {"serviceAccount": SERVICE | {"private_key": "x"}},
            "credentials.serviceAccount.private_key: is an RSA key (PEM)",
        ),
        (
            "web",
            {"vapidPrivateKey": pem(p8_key()), "subject": "me"},
            "credentials.subject: is a mailto: or https: address",
        ),
    ],
)
def test_fault_is_named_without_the_value(provider: str, credentials: dict[str, Any], fault: str):
    assert faults_of(provider, {"credentials": credentials}) == [fault]


@pytest.mark.parametrize("document", [None, [], "x"])
def test_document_is_an_object(document: Any):
    assert faults_of("apns", document) == ["the document is an object"]


def test_credentials_may_be_left_out_only_for_the_sandbox():
    assert faults_of("adm", {}) == [
        "credentials.clientId: is required",
        "credentials.clientSecret: is required",
    ]


def test_unknown_provider_is_refused():
    assert faults_of("gcm", {}) == ["provider: is one of apns, fcm, adm, wns, web, viber"]


def test_loopback_is_for_hosts_that_the_operator_allowed(settings: Any):
    settings.FLINT_PUSH_HOSTS = []
    assert len(faults_of("apns", {"credentials": APNS, "endpoint": "https://127.0.0.1:8443"})) == 1
