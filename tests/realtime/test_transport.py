"""The transport over a plain ASGI server."""

import asyncio
from typing import Any

from realtime.transport import AsgiTransport, SocketTransport


class Server:
    """Takes what is sent while `open`; afterwards sending fails, as it does when the peer is gone."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.free = asyncio.Event()
        self.free.set()
        self.gone = False

    async def send(self, message: dict[str, Any]) -> None:
        await self.free.wait()
        if self.gone:
            raise OSError("gone")
        self.sent.append(message)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_asgi_transport_is_a_socket_transport_without_proof() -> None:
    transport: SocketTransport = AsgiTransport(Server().send)
    transport.ping(1)
    assert transport.confirms is False


async def test_frames_are_sent_in_order_then_the_close() -> None:
    server = Server()
    transport = AsgiTransport(server.send)
    transport.write_text("é".encode())
    transport.write_text(b"two")
    transport.close(4401)
    transport.write_text(b"too late")
    await settle()
    assert server.sent == [
        {"type": "websocket.send", "text": "é"},
        {"type": "websocket.send", "text": "two"},
        {"type": "websocket.close", "code": 4401},
    ]


async def test_buffered_counts_what_the_server_has_not_taken() -> None:
    server = Server()
    server.free.clear()
    transport = AsgiTransport(server.send)
    drained: list[int] = []
    transport.on_writable = lambda: drained.append(transport.buffered)
    for _ in range(3):
        transport.write_text(b"x" * 10_000)
    await settle()
    assert transport.buffered == 30_000
    server.free.set()
    await settle()
    assert (transport.buffered, drained) == (0, [10_000])


async def test_overfull_queue_gives_the_peer_up() -> None:
    server = Server()
    server.free.clear()
    transport = AsgiTransport(server.send)
    for _ in range(9):
        transport.write_text(b"x" * 1024 * 1024)
    assert (transport.closing, transport.buffered) == (True, 0)
    server.free.set()
    await settle()
    assert server.sent[-1] == {"type": "websocket.close", "code": 1011}


async def test_peer_that_is_gone_closes_the_transport() -> None:
    server = Server()
    server.gone = True
    transport = AsgiTransport(server.send)
    transport.write_text(b"x")
    await settle()
    assert transport.closing is True
