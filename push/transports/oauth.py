"""Access tokens: fetched once at a time, renewed before they end."""

import asyncio
import time
from typing import Any

from push.transports.base import PushError
from push.transports.grants import Grant
from push.transports.posting import Poster, Reply
from push.transports.retry_after import seconds_to_wait

RENEW_BEFORE = 300.0  # seconds before its end
TIMEOUT = 10.0
SHORTEST_LIFE = 60.0  # seconds: an account that is always refused must not fetch a token a push


class AccessToken:
    """`get()` gives the bearer token. Raises PushError; the fault is always the account's."""

    def __init__(self, grant: Grant, endpoint: str, poster: Poster) -> None:
        self._grant = grant
        self._endpoint = endpoint
        self._poster = poster
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
        answer = await self._ask()
        self._token, self._made = str(answer["access_token"]), time.monotonic()
        lifetime = _lifetime(answer.get("expires_in"))
        self._renew_at = time.monotonic() + max(lifetime - RENEW_BEFORE, lifetime / 2)

    async def _ask(self) -> dict[str, Any]:
        try:
            async with asyncio.timeout(TIMEOUT):
                reply = await self._poster.post(self._endpoint, self._grant.form(), {})
        except TimeoutError as error:
            raise PushError("oauth_timeout", "The token endpoint did not answer.", account=True) from error
        except PushError as error:
            if error.permanent:
                raise
            sentence = f"The token endpoint cannot be used: {error.detail}"
            raise PushError(f"oauth_{error.code}", sentence, account=True) from error
        answer = reply.document
        if reply.status == 200 and isinstance(answer.get("access_token"), str) and answer["access_token"]:
            return answer
        raise self._error(reply)

    def _error(self, reply: Reply) -> PushError:
        """4xx says that the account is wrong, or no longer there; anything else passes."""
        unread = "oauth_bad_answer" if reply.status == 200 else f"HTTP{reply.status}"
        code = str(reply.document.get("error") or unread)[:60]
        refused = 400 <= reply.status < 500 and reply.status not in (408, 429)
        sentence = (
            self._grant.refused
            if refused
            else f"{self._poster.provider} gives no access token at the moment."
        )
        wait = None if refused else seconds_to_wait(reply.headers.get("Retry-After"))
        return PushError(code, sentence, permanent=refused, account=True, retry_after=wait)

    def _fetched(self, task: "asyncio.Task[None]") -> None:
        self._fetching = None
        if not task.cancelled():
            task.exception()  # its callers have raised it; the loop need not report it again


def _lifetime(value: Any) -> float:
    """Microsoft's is a number, Amazon's may be one's text."""
    try:
        return max(0.0, float(value))
    except (TypeError, ValueError):
        return 3600.0
