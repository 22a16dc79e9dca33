"""Kindle devices, through Amazon Device Messaging."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from push.endpoints import endpoint_of, tls_context, token_endpoint_of
from push.models import ProviderAccount
from push.providers import Provider
from push.sizes import check_size
from push.transports.adm_outcomes import error_of
from push.transports.base import Notification, Prune, Sent, Step
from push.transports.failures import failure
from push.transports.grants import ClientCredentials
from push.transports.oauth import AccessToken
from push.transports.posting import Poster, Reply
from push.transports.steps import tried

SCOPE = "messaging:push"
LONGEST_KEY = 64
SHORTEST_LIFE, LONGEST_LIFE = 1, 2_678_400  # seconds; ADM has no "do not keep"
TYPES = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "X-Amzn-Type-Version": "com.amazon.device.messaging.ADMMessage@1.0",
    "X-Amzn-Accept-Type": "com.amazon.device.messaging.ADMSendResult@1.0",
}
NOBODY = "flint-verify"


class AdmTransport:
    limit = 50

    def __init__(self, account: ProviderAccount) -> None:
        self._poster = Poster(Provider.ADM, tls_context(account), self.limit)
        grant = ClientCredentials(account.secrets, SCOPE)
        self._token = AccessToken(grant, token_endpoint_of(account), self._poster)
        self._endpoint = endpoint_of(account)

    async def send(self, notification: Notification, deadline: float) -> Sent:
        body = _body(notification)
        url = f"{self._endpoint}/messaging/registrations/{quote(notification.token, safe='')}/messages"
        async with self._poster.within(deadline):
            token = await self._token.get()
            reply = await self._post(url, body, token)
            if reply.status == 401:
                reply = await self._post(url, body, await self._token.get(refused=token))
        if reply.status != 200:
            raise error_of(reply)
        return Sent(reply.headers.get("X-Amzn-RequestId", ""), replacement=_replacement(reply, notification))

    async def verify(self) -> Sequence[Step]:
        """Fetches an access token, then has ADM judge a push to an id that no device has."""
        token = await tried("access token", self._token.get(), "Amazon gives the client an access token.")
        if not token.ok:
            return [token]
        judged = self.send(Notification(NOBODY, "kindle", {"data": {"verify": "1"}}, 1, "verify"), 15)
        works = "ADM takes messages from the client."
        return [token, await tried("messages", judged, works, lambda error: error.prune is Prune.DEAD)]

    async def close(self) -> None:
        await self._poster.close()

    async def _post(self, url: str, body: bytes, token: str) -> Reply:
        return await self._poster.post(url, body, {**TYPES, "Authorization": f"Bearer {token}"})


def _body(notification: Notification) -> bytes:
    payload = notification.payload
    data = payload.get("data")
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        raise failure(Provider.ADM, "InvalidData", at="unsent")
    check_size(Provider.ADM, payload)
    message: dict[str, Any] = {
        "data": data,
        "expiresAfter": min(max(notification.ttl, SHORTEST_LIFE), LONGEST_LIFE),
    }
    if notification.collapse_key:
        message["consolidationKey"] = notification.collapse_key[:LONGEST_KEY]
    return msgspec.json.encode(message)


def _replacement(reply: Reply, notification: Notification) -> str:
    """The device's new id, where ADM calls it by another than it was sent to."""
    canonical = reply.document.get("registrationID")
    return canonical if isinstance(canonical, str) and canonical not in ("", notification.token) else ""
