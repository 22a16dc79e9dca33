"""What the services over HTTP/1.1 share: reading, faults, answering."""

import asyncio
import ssl
from collections.abc import Mapping
from typing import Any, Protocol, cast

from aiohttp import web

from ..acting import Act, act_of
from ..log import Request
from ..wire import Answer, Asked, Push, Refusal
from ..world import World
from .listening import reset

TOKEN_CODES = {
    "too_many:slow_down": 429,
    "server_error:server_error": 500,
    "unavailable:temporarily_unavailable": 503,
}


class Service(Protocol):
    """`codes` are its own words with their status, those of troubles behind the fault's kind.

    `token_path` is "" where there are no bearer tokens.
    """

    @property
    def name(self) -> str: ...

    @property
    def codes(self) -> Mapping[str, int]: ...

    @property
    def token_path(self) -> str: ...

    def judge(self, asked: Asked) -> Push:
        """Raises Refusal."""

    def accept(self, push: Push, replacement: str = "") -> Answer: ...

    def refuse(self, refusal: Refusal) -> Answer: ...

    def grant(self, form: Mapping[str, str]) -> Answer:
        """A bearer token. Raises Refusal."""

    def bearer(self, asked: Asked) -> str:
        """The token that the request came with, to be revoked."""

    def deliver(self, push: Push) -> str:
        """The verdict: `accepted`, or why the device drops it."""


class HttpServer:
    """Serves one service; `origin` is where."""

    def __init__(self, service: Service, world: World) -> None:
        self.service, self.world = service, world
        self.origin = ""
        self._unread: list[asyncio.Transport] = []

    async def start(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        app = web.Application(client_max_size=1 << 20)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Door(self), host, port, ssl=context)
        chosen = self._server.sockets[0].getsockname()[1]
        self.origin = f"{'https' if context else 'http'}://{host}:{chosen}"

    async def stop(self) -> None:
        self.world.release()
        self._server.close()
        for transport in self._unread:
            transport.abort()
        await self._runner.cleanup()
        await self._server.wait_closed()

    def meet(self, transport: asyncio.Transport) -> None:
        """A connection has come, its handshake done."""
        assert self._runner.server is not None
        fault = self.world.faults.find(self.service.name, "connect")
        kind = fault.kind if fault is not None else ""
        if fault is not None and kind == "black_hole":
            fault.fired += 1
            transport.pause_reading()
            self._unread.append(transport)
        elif (
            fault is not None
            and kind == "connection_limit"
            and len(self._runner.server.connections) >= fault.connections
        ):
            fault.fired += 1
            reset(transport)
        else:
            served = self._runner.server()
            transport.set_protocol(served)
            served.connection_made(transport)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if self.service.token_path and request.path == self.service.token_path:
            return await self._grant(request)
        headers = {name.lower(): value for name, value in request.headers.items()}
        path = request.raw_path
        asked = Asked(request.method, path, headers, await request.read(), dict(request.query))
        try:
            push = self.service.judge(asked)
            fault = self.world.faults.take(self.service.name, "push", push.token)
            if fault is not None and fault.kind == "expired_token":
                self.world.revoked.add(self.service.bearer(asked))
                push = self.service.judge(asked)
        except Refusal as refusal:
            self._log(asked, None, refusal.code, refusal.rule)
            return _response(self.service.refuse(refusal))
        accepted = self.service.accept(push, fault.replacement if fault else "")
        if fault is not None and fault.kind == "redirect":
            accepted = Answer(307, headers={"Location": path})
        act = act_of(fault, accepted, self.service.refuse, self.service.codes, self.world.now())
        verdict = self._take(push, act) if act.take and not act.hold else act.verdict
        self._log(asked, push, "held" if act.hold else verdict, fault=fault.kind if fault else "")
        if act.hold:
            await self.world.released()
            self._take(push, act)
        return await _perform(request, act)

    async def _grant(self, request: web.Request) -> web.StreamResponse:
        fault = self.world.faults.take(self.service.name, "token")
        self.world.log.counts[f"{self.service.name} tokens asked"] += 1
        self.world.log.moved()
        try:
            form = {name: str(value) for name, value in (await request.post()).items()}
            answer = self.service.grant(form)
        except Refusal as refusal:
            return _response(oauth_error(refusal))
        act = act_of(fault, answer, oauth_error, TOKEN_CODES, self.world.now())
        if act.hold:
            await self.world.released()
        return await _perform(request, act)

    def _take(self, push: Push, act: Act) -> str:
        if push.dry:
            return act.verdict
        verdict = self.service.deliver(push)
        return act.verdict if verdict == "accepted" else verdict

    def _log(self, asked: Asked, push: Push | None, verdict: str, rule: str = "", fault: str = "") -> None:
        self.world.log.request(Request(self.service.name, asked, push, verdict, rule, fault))


class _Door(asyncio.Protocol):
    """What every connection comes to first."""

    def __init__(self, server: HttpServer) -> None:
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are none of asyncio's by type.
        self._server.meet(cast(asyncio.Transport, transport))


def oauth_error(refusal: Refusal) -> Answer:
    """RFC 6749, 5.2."""
    document: dict[str, Any] = {"error": refusal.code, "error_description": refusal.detail}
    return Answer.json(refusal.status, document)


async def _perform(request: web.Request, act: Act) -> web.StreamResponse:
    if act.reset:
        if request.transport is not None:
            reset(request.transport)
        return web.Response()
    if act.wait:
        await asyncio.sleep(act.wait)
    if not act.slow:
        return _response(act.answer)
    response = web.StreamResponse(status=act.answer.status, headers=dict(act.answer.headers))
    body = act.answer.body or b"  "  # two: the first is not to be the last
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[:1])
    await asyncio.sleep(act.slow)
    await response.write(body[1:])
    return response


def _response(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, body=answer.body, headers=dict(answer.headers))
