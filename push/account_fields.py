"""The fields by which forms take a provider account, and the account document that they make."""

from collections.abc import Mapping
from typing import Any

from push.models import ProviderAccount
from push.pending import pending_document
from push.providers import Provider

# Field name → the document's name, by provider.
CREDENTIALS: Mapping[str, Mapping[str, str]] = {
    Provider.APNS: {"p8": "p8", "key_id": "keyId", "team_id": "teamId", "topic": "topic"},
    Provider.FCM: {"service_account": "serviceAccount"},
    Provider.ADM: {"client_id": "clientId", "client_secret": "clientSecret"},
    Provider.WNS: {"client_id": "clientId", "client_secret": "clientSecret"},
    Provider.WEB: {"vapid_key": "vapidPrivateKey", "subject": "subject"},
    Provider.VIBER: {},
}
PUBLIC = ("key_id", "team_id", "topic", "client_id", "subject")
SETTINGS = {
    "endpoint": "endpoint",
    "token_endpoint": "tokenEndpoint",
    "ca_bundle": "caBundle",
    "sandbox": "sandbox",
    "expires_on": "expiresOn",
    "daily_cap": "dailyCap",
    "device_daily_cap": "deviceDailyCap",
    "coalesces": "coalesce",
}
WITH_CREDENTIALS = ("endpoint", "token_endpoint", "ca_bundle", "sandbox", "expires_on")


def document_in_use(account: ProviderAccount) -> dict[str, Any]:
    """What the account sends by, with its secrets. Raises InvalidToken where nobody can read them."""
    values = {name: getattr(account, name) for name in SETTINGS}
    return document_of(account.provider, values, account.secrets)


def newest_credentials(account: ProviderAccount) -> dict[str, Any]:
    """What the developer set last: credentials that wait for their proof before those in use. Secret."""
    waiting = pending_document(account)
    return dict(waiting.get("credentials", {})) if waiting else account.secrets


def document_of(provider: str, data: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Of a form's values; a credential that it leaves empty stays the `stored` one."""
    document = {key: data[name] for name, key in SETTINGS.items() if data.get(name) not in ("", None)}
    if data.get("expires_on"):
        document["expiresOn"] = data["expires_on"].isoformat()
    given = {key: data.get(name) for name, key in CREDENTIALS.get(provider, {}).items()}
    credentials = {key: value or stored.get(key) for key, value in given.items()}
    return document | {"credentials": {key: value for key, value in credentials.items() if value}}


def field_of(provider: str, fault: str) -> str | None:
    """The field that one of AccountFaults' sentences is about."""
    path = fault.partition(":")[0].removeprefix("credentials.").partition(".")[0]
    names = {key: name for name, key in {**CREDENTIALS.get(provider, {}), **SETTINGS}.items()}
    return names.get(path)
