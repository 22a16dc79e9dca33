"""Whether a provider account document is sound: every fault at once, each with its path."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from push.endpoints import is_allowed
from push.providers import Provider

PROVIDERS = ("apns", "fcm", "adm", "wns", "web", "viber")
MAX_SECRET = 20_000  # characters of a key or a service account's JSON
_KEYS = {
    *("credentials", "endpoint", "tokenEndpoint", "caBundle", "sandbox", "expiresOn"),
    *("dailyCap", "deviceDailyCap", "coalesce"),
}
_CREDENTIALS = {
    "apns": ("p8", "keyId", "teamId", "topic"),
    "fcm": ("serviceAccount",),
    "adm": ("clientId", "clientSecret"),
    "wns": ("clientId", "clientSecret"),
    "web": ("vapidPrivateKey", "subject"),
    "viber": (),
}
# Both become part of a request's head.
_TOPIC = re.compile(r"[A-Za-z0-9.-]{1,155}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PROJECT = re.compile(r"[a-z0-9.:-]{1,100}")
_SERVICE_ACCOUNT = ("project_id", "client_email", "private_key", "token_uri")


class AccountFaults(ValueError):
    """`faults` are sentences with the field's path; none repeats a value."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def check_document(provider: str, document: Any) -> None:
    """Raises AccountFaults."""
    if provider not in PROVIDERS:
        raise AccountFaults([f"provider: is one of {', '.join(PROVIDERS)}"])
    if not isinstance(document, dict):
        raise AccountFaults(["the document is an object"])
    faults = [f"{key}: is not known" for key in sorted(document.keys() - _KEYS)]
    faults += _settings_faults(provider, document)
    faults += _credential_faults(provider, document.get("credentials") or {}, bool(document.get("sandbox")))
    if faults:
        raise AccountFaults(faults)


def _settings_faults(provider: str, document: dict[str, Any]) -> list[str]:
    faults = []
    for key in ("endpoint", "tokenEndpoint"):
        if document.get(key) is not None and not _is_endpoint(provider, document[key]):
            faults.append(
                f"{key}: is https://host[:port] of the provider, or of a host named in FLINT_PUSH_HOSTS"
            )
    bundle = document.get("caBundle")
    if bundle is not None and not (isinstance(bundle, str) and "BEGIN CERTIFICATE" in bundle):
        faults.append("caBundle: is PEM text")
    for key in ("sandbox", "coalesce"):
        if not isinstance(document.get(key, False), bool):
            faults.append(f"{key}: is true or false")
    for key in ("dailyCap", "deviceDailyCap"):
        cap = document.get(key)
        if cap is not None and (isinstance(cap, bool) or not isinstance(cap, int) or not 0 < cap < 2**31):
            faults.append(f"{key}: is a whole number above 0")
    if document.get("expiresOn") is not None and not _is_day(document["expiresOn"]):
        faults.append("expiresOn: is a day like 2016-11-30")
    return faults


def _is_day(value: Any) -> bool:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_endpoint(provider: str, url: Any) -> bool:
    if not isinstance(url, str) or len(url) > 200 or not is_allowed(provider, url):
        return False
    return not (urlsplit(url).query or urlsplit(url).fragment)


def _credential_faults(provider: str, credentials: Any, sandbox: bool) -> list[str]:
    if not isinstance(credentials, dict):
        return ["credentials: is an object"]
    if not credentials and sandbox:
        return []
    names = _CREDENTIALS[provider]
    faults = [f"credentials.{name}: is not known" for name in sorted(credentials.keys() - set(names))]
    kind: type = dict if provider == "fcm" else str
    for name in names:
        value = credentials.get(name)
        if not value or not isinstance(value, kind) or len(str(value)) > MAX_SECRET:
            faults.append(f"credentials.{name}: is required")
    return faults or _key_faults(provider, credentials)


def _key_faults(provider: str, credentials: dict[str, Any]) -> list[str]:
    check = _KEY_CHECKS.get(provider)
    return check(credentials) if check else []


def _apns_faults(credentials: dict[str, Any]) -> list[str]:
    faults = [] if _is_p256(credentials["p8"]) else ["credentials.p8: is the text of a .p8 file (PEM, P-256)"]
    for name in ("keyId", "teamId"):
        if not (len(credentials[name]) == 10 and credentials[name].isalnum()):
            faults.append(f"credentials.{name}: is 10 letters and digits")
    if not _TOPIC.fullmatch(credentials["topic"]):
        faults.append("credentials.topic: is the app's bundle identifier")
    return faults


def _fcm_faults(credentials: dict[str, Any]) -> list[str]:
    service_account = credentials["serviceAccount"]
    path = "credentials.serviceAccount"
    faults = [
        f"{path}.{name}: is required"
        for name in _SERVICE_ACCOUNT
        if not isinstance(service_account.get(name), str) or not service_account[name]
    ]
    if faults:
        return faults
    if service_account.get("type") != "service_account":
        faults.append(f'{path}.type: is "service_account"')
    if not _PROJECT.fullmatch(service_account["project_id"]):
        faults.append(f"{path}.project_id: is a Google project's id")
    if not is_allowed(Provider.FCM, service_account["token_uri"]):
        faults.append(f"{path}.token_uri: is Google's, or of a host named in FLINT_PUSH_HOSTS")
    if not isinstance(_private_key(service_account["private_key"]), rsa.RSAPrivateKey):
        faults.append(f"{path}.private_key: is an RSA key (PEM)")
    return faults


def _web_faults(credentials: dict[str, Any]) -> list[str]:
    faults = []
    if not _is_p256(credentials["vapidPrivateKey"]):
        faults.append("credentials.vapidPrivateKey: is a PEM key, P-256")
    if not credentials["subject"].startswith(("mailto:", "https://")):
        faults.append("credentials.subject: is a mailto: or https: address")
    return faults


_KEY_CHECKS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "apns": _apns_faults,
    "fcm": _fcm_faults,
    "web": _web_faults,
}


def _is_p256(pem: str) -> bool:
    key = _private_key(pem)
    return isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)


def _private_key(pem: str) -> object:
    try:
        return load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
