"""Android devices, through FCM's HTTP v1 API.

pyfcm shapes the request's body; sending is ours, for its own blocks, retries and sleeps by itself.
"""

import json
from collections.abc import Sequence
from typing import Any

import msgspec
from pyfcm import FCMNotification
from pyfcm.errors import InvalidDataError

from push.endpoints import endpoint_of, tls_context, token_endpoint_of
from push.models import ProviderAccount
from push.providers import Provider
from push.sizes import check_size
from push.transports.base import Notification, Sent, Step
from push.transports.failures import failure
from push.transports.fcm_outcomes import error_code, error_of
from push.transports.grants import ServiceAccount
from push.transports.oauth import AccessToken
from push.transports.posting import Poster, Reply
from push.transports.steps import tried

LONGEST_TTL = 2_419_200  # seconds: four weeks


class FcmTransport:
    """One session of kept-alive connections and one access token, shared by all sends."""

    limit = 100

    def __init__(self, account: ProviderAccount) -> None:
        grant = ServiceAccount(account.secrets["serviceAccount"])
        self._poster = Poster(Provider.FCM, tls_context(account), self.limit)
        self._token = AccessToken(grant, token_endpoint_of(account), self._poster)
        self._shape = FCMNotification(credentials=grant.credentials)
        self._shape.json_dumps = msgspec.json.encode  # pyfcm makes an encoder a message
        self._url = f"{endpoint_of(account)}/v1/projects/{grant.credentials.project_id}/messages:send"

    async def send(self, notification: Notification, deadline: float) -> Sent:
        return await self._send(self._body(notification), deadline)

    async def verify(self) -> Sequence[Step]:
        """Fetches an access token, then has FCM judge a push to a token that no device has."""
        works = "Google gives the service account an access token."
        token = await tried("access token", self._token.get(), works)
        if not token.ok:
            return [token]
        nobody = Notification("flint-verify", "fcm", {"data": {"verify": "1"}}, 0, "verify")
        judged = self._send(self._body(nobody, dry_run=True), 15)
        works = "FCM takes pushes for the service account's project."
        return [token, await tried("project", judged, works, lambda error: not error.account)]

    async def close(self) -> None:
        await self._poster.close()

    async def _send(self, body: bytes, deadline: float) -> Sent:
        async with self._poster.within(deadline):
            token = await self._token.get()
            reply = await self._post(body, token)
            if reply.status == 401 and not error_code(reply.document):
                reply = await self._post(body, await self._token.get(refused=token))
        if reply.status != 200:
            raise error_of(reply.status, reply.document, reply.headers.get("Retry-After"))
        return Sent(reference=str(reply.document.get("name", "")))

    async def _post(self, body: bytes, token: str) -> Reply:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return await self._poster.post(self._url, body, headers)

    def _body(self, notification: Notification, dry_run: bool = False) -> bytes:
        """The payload's `token`, `topic` and `condition` are never taken: the device is ours to choose."""
        payload = notification.payload
        shown = payload.get("notification")
        shown = shown if isinstance(shown, dict) else {}
        check_size(Provider.FCM, payload)
        try:
            body: bytes = self._shape.parse_payload(
                fcm_token=notification.token,
                notification_title=shown.get("title"),
                notification_body=shown.get("body"),
                notification_image=shown.get("image"),
                data_payload=_strings(payload.get("data")),
                android_config=_android(notification),
                apns_config=payload.get("apns"),
                webpush_config=payload.get("webpush"),
                fcm_options=payload.get("fcm_options"),
                dry_run=dry_run,
            )
        except InvalidDataError as error:
            raise failure(Provider.FCM, "INVALID_ARGUMENT", at="unsent", why=str(error)) from error
        return body


def _android(notification: Notification) -> dict[str, Any]:
    config = notification.payload.get("android")
    theirs = config if isinstance(config, dict) else {}
    return {
        "priority": "high",
        **theirs,
        "ttl": f"{min(notification.ttl, LONGEST_TTL)}s",
        "collapse_key": notification.collapse_key,
    }


def _strings(data: Any) -> dict[str, str] | None:
    """FCM takes strings alone; anything else travels as its JSON text."""
    if not isinstance(data, dict):
        return None
    return {
        str(key): value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for key, value in data.items()
        if value is not None
    }
