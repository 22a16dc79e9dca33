"""A server process for the tests of the supervisor: the product's server around next to no application.

It runs the Python file that it is given before it serves: the "code" that a reload loads. A socket, and a
request, is told at once who serves: process id, node, VERSION of that file. A socket's text comes back.
"""

import asyncio
import json
import os
import runpy
import signal
import sys
from typing import Any


class Tiny:
    def __init__(self, version: object) -> None:
        who = {"pid": os.getpid(), "node": os.environ["FLINT_NODE"], "version": version}
        self.who = json.dumps(who)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        if scope["type"] == "http":
            length = str(len(self.who)).encode()
            headers = [(b"content-length", length)]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": self.who.encode()})
            return
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": self.who})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"]})


def main(code: str) -> None:
    version = runpy.run_path(code).get("VERSION")

    from realtime.leash import Leash
    from realtime.server import Server

    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    leash = Leash.from_environment()
    assert leash is not None
    server = Server(Tiny(version), leash.ready)

    async def serve() -> None:
        following = asyncio.create_task(leash.follow(server.leave, server.end))
        await server.serve(leash.listeners)
        following.cancel()

    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(serve())


if __name__ == "__main__":
    main(sys.argv[1])
