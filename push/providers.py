"""Which providers there are, and which of them a device is reached through (push-providers.md)."""

import hashlib
import json
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models

from push.subscriptions import read_subscription


class Provider(models.TextChoices):
    """`MPNS` (Windows Phone's service, ended in 2018) and `VIBER` are stored only."""

    APNS = "apns", "APNs"
    FCM = "fcm", "FCM"
    ADM = "adm", "ADM"
    WNS = "wns", "WNS"
    WEB = "web", "Web Push"
    VIBER = "viber", "Viber"
    MPNS = "mpns", "MPNS"


DEVICE_TYPES = ("ios", "android", "fcm", "kindle", "w8", "wp8", "viber", "web")
UNDELIVERABLE = frozenset({Provider.VIBER, Provider.MPNS})
MAX_TOKEN_LENGTH = 4096

_PROVIDERS = {
    "ios": Provider.APNS,
    "android": Provider.FCM,
    "fcm": Provider.FCM,
    "kindle": Provider.ADM,
    "w8": Provider.WNS,
    "wp8": Provider.WNS,
    "viber": Provider.VIBER,
    "web": Provider.WEB,
}
_DEVICE_HOSTS = {
    Provider.WNS: (".notify.windows.com",),
    Provider.WEB: (
        "fcm.googleapis.com",
        "web.push.apple.com",
        ".push.services.mozilla.com",
        ".notify.windows.com",
        ".push.apple.com",
    ),
}


class InvalidToken(ValueError):
    """The push id cannot belong to a device of that type."""


def provider_of(device_os: str, push_id: str) -> Provider:
    """`device_os` is one of DEVICE_TYPES. Raises InvalidToken."""
    if not push_id.strip() or len(push_id) > MAX_TOKEN_LENGTH:
        raise InvalidToken(device_os)
    provider = _PROVIDERS[device_os]
    if device_os == "wp8" and not is_device_address(provider, push_id):
        return Provider.MPNS
    if device_os == "w8" and not is_device_address(provider, push_id):
        raise InvalidToken(device_os)
    if device_os == "web":
        _check_subscription(push_id)
    return provider


def token_hash(provider: str, push_id: str) -> str:
    """What a token is unique by: a browser may write one subscription's JSON in several ways."""
    text = json.loads(push_id)["endpoint"] if provider == Provider.WEB else push_id
    return hashlib.sha256(text.encode()).hexdigest()


def is_device_address(provider: str, url: str) -> bool:
    """Whether `url`, which a player sent, is one the server may call: https, a known push service's host."""
    host = https_host(url)
    return bool(host) and (host in allowed_hosts() or matches(host, _DEVICE_HOSTS[Provider(provider)]))


def https_host(url: str) -> str:
    """The lower-case host of an https URL without user, or "" for anything else.

    Only what can stand in a request's first line as it is: urlsplit would drop line breaks silently.
    """
    if not url.isascii() or not url.isprintable() or " " in url:
        return ""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return ""
    if parts.scheme != "https" or parts.username or parts.password or not parts.hostname:
        return ""
    return parts.hostname.lower()


@lru_cache(maxsize=1000)
def matches(host: str, names: tuple[str, ...]) -> bool:
    """A name that begins with a dot stands for every host below it; no IP address ever matches.

    Remembered for each host: it is asked for every push to an address of a device's own.
    """
    try:
        ip_address(host)
    except ValueError:
        return any(host == name or (name.startswith(".") and host.endswith(name)) for name in names)
    return False


def allowed_hosts() -> frozenset[str]:
    """Hosts beside the providers' own that an operator lets the server push to."""
    return frozenset(host.strip("[]").lower() for host in settings.FLINT_PUSH_HOSTS)


def _check_subscription(push_id: str) -> None:
    try:
        subscription = read_subscription(push_id)
    except ValueError as error:
        raise InvalidToken("web") from error
    if not is_device_address(Provider.WEB, subscription.endpoint):
        raise InvalidToken("web")
