"""Browsers, through Web Push: each subscription has an address of its own, at one of many push services."""

import hashlib
import re
import time
from collections.abc import Sequence

import msgspec

from push.base64url import encode
from push.breaker import Breaker
from push.endpoints import device_address, origin_of, tls_context
from push.models import ProviderAccount
from push.providers import Provider
from push.sizes import check_size
from push.subscriptions import Subscription, read_subscription
from push.transports.aes128gcm import encrypt
from push.transports.base import Notification, PushError, Sent, Step
from push.transports.failures import failure
from push.transports.posting import Poster, Reply
from push.transports.vapid import Vapid
from push.transports.web_outcomes import error_of

MOST_SERVICES = 200
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")


class WebTransport:
    """A push service in trouble is left alone by itself: the account's others go on."""

    limit = 50

    def __init__(self, account: ProviderAccount) -> None:
        self._account = account
        secrets = account.secrets
        self._vapid = Vapid(secrets["vapidPrivateKey"], secrets["subject"])
        self._poster = Poster(Provider.WEB, tls_context(account), self.limit, public=True)
        self._services: dict[str, Breaker] = {}

    async def send(self, notification: Notification, deadline: float) -> Sent:
        subscription = _subscription(notification.token)
        url = self._address(subscription)
        check_size(Provider.WEB, notification.payload)
        body = encrypt(msgspec.json.encode(notification.payload), subscription.key, subscription.auth)
        reply = await self._guarded(url, body, notification, deadline)
        return Sent(reference=reply.headers.get("Location", ""))

    async def verify(self) -> Sequence[Step]:
        """Signs a token: a push service judges it by a browser's subscription only."""
        self._vapid.header("https://example.org")
        return [Step("VAPID key", True, "The key signs. Send a test push to a browser to try it.")]

    async def close(self) -> None:
        await self._poster.close()

    def _address(self, subscription: Subscription) -> str:
        try:
            return device_address(self._account, subscription.endpoint)
        except ValueError as error:
            raise failure(Provider.WEB, "InvalidSubscription", at="address") from error

    async def _guarded(self, url: str, body: bytes, notification: Notification, deadline: float) -> Reply:
        breaker = self._breaker(origin_of(url))
        if breaker.is_open(now := time.monotonic()):
            raise failure(Provider.WEB, "service_paused", retry_after=breaker.open_until - now)
        if breaker.in_trouble:
            breaker.tried(now)
        try:
            async with self._poster.within(deadline):
                reply = await self._post(url, body, notification)
            if reply.status not in (200, 201, 202):
                raise error_of(reply)
        except PushError as error:
            breaker.failed(error, time.monotonic())
            # What one push service does says nothing of the account's others.
            error.account = error.account and error.permanent
            raise
        breaker.succeeded()
        return reply

    def _breaker(self, origin: str) -> Breaker:
        if len(self._services) >= MOST_SERVICES and origin not in self._services:
            self._services.clear()
        return self._services.setdefault(origin, Breaker())

    async def _post(self, url: str, body: bytes, notification: Notification) -> Reply:
        headers = {
            "TTL": str(notification.ttl),
            "Urgency": "high",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
        }
        if notification.collapse_key:
            headers["Topic"] = _topic(notification.collapse_key)
        signed = self._vapid.header(origin_of(url))
        reply = await self._poster.post(url, body, {**headers, "Authorization": signed})
        if reply.status in (401, 403):
            again = self._vapid.header(origin_of(url), refused=signed)
            if again != signed:
                reply = await self._poster.post(url, body, {**headers, "Authorization": again})
        return reply


def _subscription(token: str) -> Subscription:
    try:
        return read_subscription(token)
    except ValueError as error:
        raise failure(Provider.WEB, "InvalidSubscription") from error


def _topic(collapse_key: str) -> str:
    if _TOPIC.fullmatch(collapse_key):
        return collapse_key
    return encode(hashlib.sha256(collapse_key.encode()).digest())[:32]
