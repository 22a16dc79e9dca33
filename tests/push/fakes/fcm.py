"""FCM v1 as a client sees it: an OAuth token endpoint and messages:send."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt
from aiohttp import web

from tests.push.fakes.authority import authority, pem, public_pem, service_key

PROJECT = "dice-1234"
EMAIL = "push@dice-1234.iam.gserviceaccount.com"


def fcm_error(status: int, error_code: str, message: str = "", **headers: str) -> web.Response:
    """An error as FCM words it; `error_code` "" leaves its own detail out."""
    type_url = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
    details = [{"@type": type_url, "errorCode": error_code}] if error_code else []
    error = {"code": status, "message": message, "status": error_code or "UNKNOWN", "details": details}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.json_response({"error": error}, status=status, headers=named)


@dataclass
class FcmServer:
    """`answers` by device token, else success; a callable is asked, None stalls.

    `messages` holds every body's `message` that came with a valid access token.
    """

    answers: dict[str, Callable[[], web.Response] | None] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    key_name: str = "project"
    token_requests: int = 0
    token_answer: Callable[[], web.Response] | None = None
    valid_tokens: set[str] = field(default_factory=set)
    release: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> "FcmServer":
        app = web.Application()
        app.router.add_post("/token", self._token)
        app.router.add_post(f"/v1/projects/{PROJECT}/messages:send", self._send)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=authority().server_context())
        await site.start()
        self.port: int = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *exception: object) -> None:
        self.release.set()
        await self._runner.cleanup()

    @property
    def tokens(self) -> list[str]:
        return [message["token"] for message in self.messages]

    def document(self, key_name: str = "project", **changes: Any) -> dict[str, Any]:
        """An account document for this server."""
        service_account = {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "0123456789abcdef",
            "private_key": pem(service_key(key_name)),
            "client_email": EMAIL,
            "token_uri": f"https://127.0.0.1:{self.port}/token",
        }
        return {
            "credentials": {"serviceAccount": service_account},
            "endpoint": f"https://127.0.0.1:{self.port}",
            "caBundle": authority().bundle,
        } | changes

    async def _token(self, request: web.Request) -> web.Response:
        self.token_requests += 1
        if self.token_answer is not None:
            return self.token_answer()
        form = await request.post()
        try:
            jwt.decode(
                str(form["assertion"]),
                public_pem(service_key(self.key_name)),
                algorithms=["RS256"],
                audience=f"https://127.0.0.1:{self.port}/token",
                issuer=EMAIL,
            )
        except jwt.InvalidTokenError:
            answer = {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
            return web.json_response(answer, status=400)
        token = f"ya29.access-{self.token_requests}"
        self.valid_tokens.add(token)
        return web.json_response({"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

    async def _send(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.valid_tokens:
            return fcm_error(401, "")
        body = json.loads(await request.text())
        message = body["message"]
        self.messages.append(message)
        if message["token"] in self.answers:
            answer = self.answers[message["token"]]
            if answer is None:
                await self.release.wait()
                return fcm_error(503, "UNAVAILABLE")
            return answer()
        return web.json_response({"name": f"projects/{PROJECT}/messages/{len(self.messages)}"})
