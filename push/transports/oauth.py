"""Google's access tokens for a service account: fetched once at a time, renewed before they end."""

import asyncio
import json
import time
from typing import Any

import aiohttp
from google.auth import exceptions, jwt
from google.oauth2 import service_account

from push.transports.base import PushError

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
RENEW_BEFORE = 300.0  # seconds before its end
TIMEOUT = 10.0
SHORTEST_LIFE = 60.0  # seconds: an account that is always refused must not fetch a token a push


class AccessToken:
    """`get()` gives the bearer token. Raises PushError; the fault is always the account's."""

    def __init__(self, service: dict[str, Any], endpoint: str, session: aiohttp.ClientSession) -> None:
        self.credentials = service_account.Credentials.from_service_account_info(service, scopes=[SCOPE])
        self._audience = service["token_uri"]
        self._endpoint = endpoint
        self._session = session
        self._token = ""
        self._made = self._renew_at = 0.0
        self._fetching: asyncio.Task[None] | None = None

    async def get(self, refused: str = "") -> str:
        """`refused` is a token that the provider called invalid: another is fetched unless one was since."""
        now = time.monotonic()
        old_enough = now - self._made >= SHORTEST_LIFE
        if now >= self._renew_at or (refused and refused == self._token and old_enough):
            if self._fetching is None:
                self._fetching = asyncio.get_running_loop().create_task(self._fetch())
                self._fetching.add_done_callback(self._fetched)
            # Shielded: one caller's deadline must not end the others' fetch.
            await asyncio.shield(self._fetching)
        return self._token

    async def _fetch(self) -> None:
        try:
            answer = await self._post()
        except TimeoutError as error:
            raise PushError("oauth_timeout", "The token endpoint did not answer.", account=True) from error
        except aiohttp.ClientError as error:
            sentence = f"The token endpoint cannot be reached: {type(error).__name__}"
            raise PushError("oauth_unreachable", sentence, account=True) from error
        self._token, self._made = str(answer["access_token"]), time.monotonic()
        lifetime = float(answer.get("expires_in", 3600))
        self._renew_at = time.monotonic() + max(lifetime - RENEW_BEFORE, lifetime / 2)

    async def _post(self) -> dict[str, Any]:
        form = {"grant_type": GRANT, "assertion": self._assertion()}
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        async with self._session.post(self._endpoint, data=form, timeout=timeout) as response:
            answer = _object(await response.text())
            if response.status == 200 and answer.get("access_token"):
                return answer
            raise _error(response.status, answer)

    def _assertion(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.credentials.service_account_email,
            "scope": SCOPE,
            "aud": self._audience,
            "iat": now,
            "exp": now + 3600,
        }
        try:
            return bytes(jwt.encode(self.credentials.signer, claims)).decode()
        except exceptions.GoogleAuthError as error:
            sentence = "The service account's key cannot sign."
            raise PushError("invalid_key", sentence, permanent=True, account=True) from error

    def _fetched(self, task: "asyncio.Task[None]") -> None:
        self._fetching = None
        if not task.cancelled():
            task.exception()  # its callers have raised it; the loop need not report it again


def _error(status: int, answer: dict[str, Any]) -> PushError:
    """4xx says that the service account is wrong, or no longer there; anything else passes."""
    code = str(answer.get("error") or f"HTTP{status}")[:60]
    refused = 400 <= status < 500 and status not in (408, 429)
    sentence = (
        "Google refuses the service account. Its key may be deleted, or this machine's clock wrong."
        if refused
        else "Google gives no access token at the moment."
    )
    return PushError(code, sentence, permanent=refused, account=True)


def _object(text: str) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
