"""Windows devices, through WNS: each has an address of its own, its channel URI."""

import re
from collections.abc import Sequence

from push.endpoints import device_address, tls_context, token_endpoint_of
from push.models import ProviderAccount
from push.providers import Provider
from push.sizes import refuse_larger
from push.toasts import WindowsNotification, notification_of
from push.transports.base import Notification, Sent, Step
from push.transports.failures import failure
from push.transports.grants import ClientCredentials
from push.transports.oauth import AccessToken
from push.transports.posting import Poster, Reply
from push.transports.steps import tried
from push.transports.wns_outcomes import error_of

SCOPE = "notify.windows.com"
LONGEST_TAG = 16
_NO_TAG = re.compile("[^A-Za-z0-9]")


class WnsTransport:
    limit = 50

    def __init__(self, account: ProviderAccount) -> None:
        self._account = account
        self._poster = Poster(Provider.WNS, tls_context(account), self.limit, public=True)
        grant = ClientCredentials(account.secrets, SCOPE)
        self._token = AccessToken(grant, token_endpoint_of(account), self._poster)

    async def send(self, notification: Notification, deadline: float) -> Sent:
        url = self._channel(notification.token)
        shown = notification_of(notification.payload)
        refuse_larger(Provider.WNS, len(shown.body))
        async with self._poster.within(deadline):
            token = await self._token.get()
            reply = await self._post(url, notification, shown, token)
            if reply.status == 401:
                reply = await self._post(url, notification, shown, await self._token.get(refused=token))
        if reply.status != 200 or reply.headers.get("X-WNS-Status", "received").lower() != "received":
            raise error_of(reply)
        return Sent(reference=reply.headers.get("X-WNS-Msg-ID", ""))

    async def verify(self) -> Sequence[Step]:
        """The access token alone: WNS judges the rest by a device's channel."""
        works = "Microsoft gives the client an access token."
        return [await tried("access token", self._token.get(), works)]

    async def close(self) -> None:
        await self._poster.close()

    def _channel(self, token: str) -> str:
        try:
            return device_address(self._account, token)
        except ValueError as error:
            raise failure(Provider.WNS, "InvalidChannel") from error

    async def _post(
        self, url: str, notification: Notification, shown: WindowsNotification, token: str
    ) -> Reply:
        kept = {"X-WNS-TTL": str(notification.ttl)} if notification.ttl else {}
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": shown.content_type,
            "X-WNS-Type": shown.kind,
            "X-WNS-Cache-Policy": "cache" if kept else "no-cache",
            "X-WNS-RequestForStatus": "true",
            **kept,
        }
        tag = _tag(notification.collapse_key)
        if tag and shown.kind == "wns/toast":
            headers["X-WNS-Tag"] = tag
        return await self._poster.post(url, shown.body, headers)


def _tag(collapse_key: str) -> str:
    """A message id's end, which is as good as unique to a device."""
    return _NO_TAG.sub("", collapse_key)[-LONGEST_TAG:]
