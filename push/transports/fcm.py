"""Android devices, through FCM's HTTP v1 API.

pyfcm shapes the request's body; sending is ours, for its own blocks, retries and sleeps by itself.
"""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import aiohttp
from pyfcm import FCMNotification
from pyfcm.errors import InvalidDataError

from push.endpoints import TOKEN_ENDPOINTS, endpoint_of, tls_context
from push.models import ProviderAccount
from push.providers import Provider
from push.transports.base import Notification, PushError, Sent, Step
from push.transports.fcm_outcomes import error_code, error_of
from push.transports.oauth import AccessToken

LARGEST_PAYLOAD = 4096
LONGEST_TTL = 2_419_200  # seconds: four weeks


class FcmTransport:
    """One session of kept-alive connections and one access token, shared by all sends."""

    limit = 100

    def __init__(self, account: ProviderAccount) -> None:
        service = account.secrets["serviceAccount"]
        connector = aiohttp.TCPConnector(ssl=tls_context(account), limit=self.limit)
        self._session = aiohttp.ClientSession(connector=connector, trust_env=False)
        token_endpoint = account.token_endpoint or service["token_uri"] or TOKEN_ENDPOINTS[Provider.FCM]
        self._token = AccessToken(service, token_endpoint, self._session)
        self._shape = FCMNotification(credentials=self._token.credentials)
        self._url = f"{endpoint_of(account)}/v1/projects/{service['project_id']}/messages:send"

    async def send(self, notification: Notification, deadline: float) -> Sent:
        return await self._send(self._body(notification), deadline)

    async def verify(self) -> Sequence[Step]:
        """Fetches an access token, then has FCM judge a push to a token that no device has."""
        try:
            await self._token.get()
        except PushError as error:
            return [Step("access token", False, f"{error.code}: {error.detail}")]
        steps = [Step("access token", True, "Google gives the service account an access token.")]
        nobody = Notification("flint-verify", "fcm", {"data": {"verify": "1"}}, 0, "verify")
        try:
            await self._send(self._body(nobody, dry_run=True), 15)
        except PushError as error:
            if error.account:
                return [*steps, Step("project", False, f"{error.code}: {error.detail}")]
        return [*steps, Step("project", True, "FCM takes pushes for the service account's project.")]

    async def close(self) -> None:
        await self._session.close()

    async def _send(self, body: bytes, deadline: float) -> Sent:
        try:
            async with asyncio.timeout(deadline):
                token = await self._token.get()
                status, answer, retry_after = await self._post(body, token)
                if status == 401 and not error_code(answer):
                    token = await self._token.get(refused=token)
                    status, answer, retry_after = await self._post(body, token)
        except TimeoutError as error:
            raise PushError("timeout", "FCM did not answer in time.", account=True) from error
        except aiohttp.ClientSSLError as error:
            raise PushError("tls", f"No secure connection: {type(error).__name__}", account=True) from error
        except aiohttp.ClientError as error:
            sentence = f"The connection to FCM failed: {type(error).__name__}"
            raise PushError("unreachable", sentence, account=True) from error
        if status != 200:
            raise error_of(status, answer, retry_after)
        return Sent(reference=str(answer.get("name", "")))

    async def _post(self, body: bytes, token: str) -> tuple[int, dict[str, Any], str | None]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        async with self._session.post(
            self._url, data=body, headers=headers, allow_redirects=False
        ) as response:
            text = await response.text()
            try:
                answer = json.loads(text)
            except ValueError:
                answer = {}
            return (
                response.status,
                answer if isinstance(answer, dict) else {},
                response.headers.get("Retry-After"),
            )

    def _body(self, notification: Notification, dry_run: bool = False) -> bytes:
        """The payload's `token`, `topic` and `condition` are never taken: the device is ours to choose."""
        payload = notification.payload
        shown = payload.get("notification")
        shown = shown if isinstance(shown, dict) else {}
        size = len(json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode())
        if size > LARGEST_PAYLOAD:
            sentence = f"The payload is {size} bytes, {LARGEST_PAYLOAD} are allowed."
            raise PushError("PayloadTooLarge", sentence, permanent=True)
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
            raise PushError("INVALID_ARGUMENT", f"The payload is unfit: {error}", permanent=True) from error
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
