"""Where an account's provider is spoken to."""

import ssl
from typing import NamedTuple
from urllib.parse import urlsplit

from push.models import ProviderAccount
from push.providers import Provider, allowed_hosts, https_host, is_device_address, matches

ENDPOINTS = {
    Provider.APNS: "https://api.push.apple.com",
    Provider.FCM: "https://fcm.googleapis.com",
    Provider.ADM: "https://api.amazon.com",
}
APNS_SANDBOX = "https://api.sandbox.push.apple.com"
TOKEN_ENDPOINTS = {
    Provider.FCM: "https://oauth2.googleapis.com/token",
    Provider.ADM: "https://api.amazon.com/auth/O2/token",
    Provider.WNS: "https://login.live.com/accesstoken.srf",
}
_OWN_HOSTS = {
    Provider.APNS: (
        "api.push.apple.com",
        "api.sandbox.push.apple.com",
        "api.development.push.apple.com",
    ),
    Provider.FCM: ("fcm.googleapis.com", "oauth2.googleapis.com", "accounts.google.com"),
    Provider.ADM: ("api.amazon.com",),
    Provider.WNS: ("login.live.com", "login.microsoftonline.com", ".notify.windows.com"),
}


class Address(NamedTuple):
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> "Address":
        parts = urlsplit(url)
        return cls(parts.hostname or "", parts.port or 443)

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 443 else f"{host}:{self.port}"


def is_allowed(provider: str, url: str) -> bool:
    """https to the provider's own hosts or to one that the operator allowed (FLINT_PUSH_HOSTS)."""
    host = https_host(url)
    return bool(host) and (host in allowed_hosts() or matches(host, _OWN_HOSTS.get(Provider(provider), ())))


def endpoint_of(account: ProviderAccount) -> str:
    """Without a slash at its end."""
    if account.endpoint:
        return account.endpoint.rstrip("/")
    if account.provider == Provider.APNS and account.sandbox:
        return APNS_SANDBOX
    return ENDPOINTS.get(Provider(account.provider), "")


def token_endpoint_of(account: ProviderAccount) -> str:
    """Where the account's access tokens come from; "" for a provider without any."""
    own = account.secrets.get("serviceAccount", {}).get("token_uri")
    return account.token_endpoint or own or TOKEN_ENDPOINTS.get(Provider(account.provider), "")


def device_address(account: ProviderAccount, url: str) -> str:
    """Where a push to the device's own address goes: checked, then at the account's endpoint if it has one.

    Raises ValueError for an address that the server may not call.
    """
    if not is_device_address(account.provider, url):
        raise ValueError("no address of a push service")
    if not account.endpoint:
        return url
    ours, theirs = urlsplit(account.endpoint), urlsplit(url)
    return theirs._replace(scheme=ours.scheme, netloc=ours.netloc).geturl()


def origin_of(url: str) -> str:
    """`https://host[:port]`, as RFC 6454 writes it."""
    return f"https://{Address.of(url).authority}"


def tls_context(account: ProviderAccount) -> ssl.SSLContext:
    """Trusts the system's authorities, or instead those of the account's bundle. Raises ValueError."""
    try:
        return ssl.create_default_context(cadata=account.ca_bundle or None)
    except ssl.SSLError as error:
        raise ValueError("the CA bundle is not PEM") from error
