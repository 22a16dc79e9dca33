"""A player's sockets as a page shows them: those that this process holds, and whether there are others."""

import time
from dataclasses import dataclass

from protocol.dates import now_ms
from realtime import outside
from realtime.connection import Connection
from realtime.node import node_id
from realtime.presence import presence
from realtime.registry import registry


@dataclass(frozen=True, slots=True)
class SeenSocket:
    """`opened_ms` is since when the socket is open, `bound_ms` since when the player is logged in over it.

    `buffered` are bytes that its client has not taken yet; `silent`: it does not answer.
    """

    node: str
    session_id: str
    credential: str
    device_id: str
    address: str
    opened_ms: int
    bound_ms: int
    buffered: int
    state: str
    silent: bool


@dataclass(frozen=True, slots=True)
class SeenSockets:
    """`elsewhere`: the player is online, and not over one of these."""

    here: list[SeenSocket]
    elsewhere: bool


def sockets_of(player_id: str) -> SeenSockets:
    """For a thread without an event loop: what the loop's thread holds is read there."""
    here = outside.finish(lambda: _here(player_id))
    answering = any(not each.silent for each in here)
    return SeenSockets(here, not answering and player_id in presence().online_from_thread([player_id]))


async def _here(player_id: str) -> list[SeenSocket]:
    return [_seen(connection) for connection in registry.of(player_id)]


def _seen(connection: Connection) -> SeenSocket:
    session = connection.session
    return SeenSocket(
        node=node_id(),
        session_id=session.session_id,
        credential=session.rights.short_code,
        device_id=session.device_id,
        address=session.address,
        opened_ms=now_ms() - int((time.monotonic() - session.started) * 1000),
        bound_ms=connection.bound_ms,
        buffered=connection.transport.buffered,
        state=connection.state.value,
        silent=connection.silent,
    )
