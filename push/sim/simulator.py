"""The five services and their control, started and stopped together."""

import json
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from .authority import HOSTS
from .control import Control
from .faults import SERVICES, Fault
from .services.adm import Adm
from .services.apns import Apns
from .services.fcm import Fcm
from .services.http import HttpServer
from .services.listening import tls_context
from .services.web import Web
from .services.wns import Wns
from .world import World


class Simulator:
    """`async with Simulator() as simulator`. `port` is the control's, the services' follow; 0: free ones.

    With a `folder` keys and authority are kept there, and it gets each account's document. `plain` serves
    without TLS: APNs then speaks HTTP/2 with prior knowledge.
    """

    def __init__(
        self,
        folder: Path | None = None,
        log: Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        plain: bool = False,
    ) -> None:
        self.world = World.new(folder, log)
        self.host, self.port, self.plain, self.folder = host, port, plain, folder
        self.apns = Apns(self.world)
        self.fcm, self.adm, self.wns, self.web = (
            Fcm(self.world),
            Adm(self.world),
            Wns(self.world),
            Web(self.world),
        )
        http = [HttpServer(service, self.world) for service in (self.fcm, self.adm, self.wns, self.web)]
        self._servers: dict[str, Apns | HttpServer] = {
            "apns": self.apns,
            **{each.service.name: each for each in http},
        }
        self.control = Control(self)

    async def __aenter__(self) -> "Simulator":
        self._stack = AsyncExitStack()
        hosts = tuple(dict.fromkeys((self.host, *HOSTS)))
        for number, (name, server) in enumerate(self._servers.items(), 1):
            alpn = ("h2",) if name == "apns" else ()
            context = None if self.plain else tls_context(self.world, name, hosts, alpn)
            await server.start(self.host, self.port and self.port + number, context)
            self._stack.push_async_callback(server.stop)
        await self.control.start(self.host, self.port)
        self._stack.push_async_callback(self.control.stop)
        self.fcm.token_endpoint = self.token_endpoint("fcm")
        self.web.origin = self.origins["web"]
        if self.folder is not None:
            for name in SERVICES:
                path = self.folder / f"{name}.json"
                path.touch(0o600)
                path.write_text(json.dumps(self.account(name), indent=2))
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._stack.aclose()

    @property
    def origins(self) -> dict[str, str]:
        return {name: server.origin for name, server in self._servers.items()}

    def token_endpoint(self, service: str) -> str:
        server = self._servers[service]
        path = server.service.token_path if isinstance(server, HttpServer) else ""
        return server.origin + path if path else ""

    def account(self, service: str) -> dict[str, Any]:
        """What a sender needs to know: credentials, addresses, and whom to trust."""
        tokens = self.token_endpoint(service)
        document: dict[str, Any] = {
            "credentials": self.world.accounts.credentials(service, tokens),
            "endpoint": self.origins[service],
        }
        if tokens and service != "fcm":
            document["tokenEndpoint"] = tokens
        return document if self.plain else document | {"caBundle": self.world.authority.bundle}

    def fault(self, kind: str, service: str, **settings: Any) -> Fault:
        """Raises BadFault."""
        [fault] = self.world.faults.add([Fault(kind, service, **settings)])
        return fault

    def script(self, faults: Iterable[Fault]) -> list[Fault]:
        return self.world.faults.add(faults)

    def delivered(self, service: str = "", token: str = "") -> list[dict[str, Any]]:
        """In order; of one service, of one device."""
        return [
            each
            for each in self.world.log.delivered
            if service in ("", each["service"]) and token in ("", each["token"])
        ]

    def subscription(self, name: str = "", origin: str = "", server_key: str = "") -> dict[str, Any]:
        """A browser that subscribed, as the page gets it. `origin` where another is to stand there."""
        return self.world.subscriptions.make(name, server_key).document(origin or self.origins["web"])
