"""The simulator's own interface, over plain HTTP: README.md, "Control"."""

import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .faults import KINDS, SERVICES, BadFault, Fault

if TYPE_CHECKING:
    from .simulator import Simulator


class Control:
    def __init__(self, simulator: "Simulator") -> None:
        self._simulator, self._world = simulator, simulator.world
        self.origin = ""

    async def start(self, host: str, port: int) -> None:
        app = web.Application()
        app.add_routes(
            [
                web.get("/", self._about),
                web.get("/kinds", self._kinds),
                web.get("/faults", self._list_faults),
                web.post("/faults", self._add_faults),
                web.delete("/faults", self._clear_faults),
                web.get("/delivered", self._delivered),
                web.get("/requests", self._requests),
                web.post("/subscriptions", self._subscribe),
                web.post("/release", self._release),
                web.post("/clock", self._clock),
                web.post("/reset", self._reset),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.origin = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _about(self, request: web.Request) -> web.Response:
        simulator = self._simulator
        return web.json_response(
            {
                "services": simulator.origins,
                "tokenEndpoints": {name: simulator.token_endpoint(name) for name in SERVICES},
                "control": self.origin,
                "applicationServerKey": self._world.accounts.application_server_key,
                "counts": dict(self._world.log.counts),
            }
        )

    async def _kinds(self, request: web.Request) -> web.Response:
        document = {
            name: {"does": kind.does, "delivers": kind.delivers, "services": kind.services, "on": kind.on}
            for name, kind in KINDS.items()
        }
        return web.json_response(document)

    async def _list_faults(self, request: web.Request) -> web.Response:
        return web.json_response([fault.document for fault in self._world.faults])

    async def _add_faults(self, request: web.Request) -> web.Response:
        """One fault, or a script of several: met in that order."""
        try:
            body = json.loads(await request.text())
            faults = [Fault.of(each) for each in (body if isinstance(body, list) else [body])]
        except (BadFault, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)
        self._world.faults.add(faults)
        return web.json_response([fault.document for fault in faults], status=201)

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._world.faults.clear()
        return web.Response(status=204)

    async def _delivered(self, request: web.Request) -> web.Response:
        """`?service=&token=`; `after=` a number gives only later ones."""
        found = self._simulator.delivered(request.query.get("service", ""), request.query.get("token", ""))
        after = request.query.get("after", "0")
        later = [each for each in found if not after.isdigit() or each["number"] > int(after)]
        return web.json_response(later)

    async def _requests(self, request: web.Request) -> web.Response:
        return web.json_response([each.document for each in self._world.log.requests])

    async def _subscribe(self, request: web.Request) -> web.Response:
        """`{"name"?, "origin"?, "applicationServerKey"?}`: a browser's subscription."""
        body = await _object(request)
        made = self._simulator.subscription(
            str(body.get("name", "")), str(body.get("origin", "")), str(body.get("applicationServerKey", ""))
        )
        return web.json_response(made, status=201)

    async def _release(self, request: web.Request) -> web.Response:
        self._world.release()
        return web.Response(status=204)

    async def _clock(self, request: web.Request) -> web.Response:
        """`{"ahead": seconds}`: how far the services' clock is ahead of the machine's."""
        try:
            self._world.ahead = float((await _object(request))["ahead"])
        except (KeyError, TypeError, ValueError):
            return web.json_response({"error": "ahead is a number of seconds"}, status=400)
        return web.Response(status=204)

    async def _reset(self, request: web.Request) -> web.Response:
        """Forget faults, revoked tokens and the log; end APNs' connections; set the clock right."""
        self._world.faults.clear()
        self._world.revoked.clear()
        self._world.log.clear()
        self._world.ahead = 0.0
        self._world.release()
        self._simulator.apns.drop_connections()
        return web.Response(status=204)


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
