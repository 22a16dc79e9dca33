"""Access tokens: fetched once at a time, renewed before they end."""

import asyncio
import time
from typing import Any

from push.transports.base import PushError
from push.transports.failures import failure
from push.transports.grants import Grant
from push.transports.posting import Poster, Reply
from push.transports.retry_after import seconds_to_wait

RENEW_BEFORE = 300.0  # seconds before its end
TIMEOUT = 10.0
ORIGIN = "oauth_"  # how codes begin that are the token endpoint's
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
                reply = await self._poster.post(self._endpoint, self._grant.form(), {}, ORIGIN)
        except TimeoutError as error:
            raise failure(self._poster.provider, f"{ORIGIN}timeout") from error
        answer = reply.document
        if reply.status == 200 and isinstance(answer.get("access_token"), str) and answer["access_token"]:
            return answer
        raise self._error(reply)

    def _error(self, reply: Reply) -> PushError:
        """4xx says that the account is wrong, or no longer there; anything else passes."""
        unread = "bad_answer" if reply.status == 200 else f"HTTP{reply.status}"
        code = str(reply.document.get("error") or f"{ORIGIN}{unread}")[:60]
        wait = seconds_to_wait(reply.headers.get("Retry-After"))
        status = reply.status if reply.status >= 300 else 500  # a success that gives no token
        return failure(self._poster.provider, code, status=status, origin=ORIGIN, retry_after=wait)

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
