"""One socket's delivery state: what was written to it, what it confirmed, whether it keeps up.

States. `IDLE`: nobody is logged in. `CATCH_UP`: waiting messages are being read from the store, and live
deliveries only leave their id. `LIVE`: deliveries are written at once. `CLOSED`: the socket is gone.

A connection never touches the database. What it needs of the store, the inbox does (`set_inbox`).
Everything here runs on the event loop's thread.
"""

import enum
import time
from collections.abc import Callable

from django.conf import settings

from games.signals import player_connected, player_disconnected
from protocol.dates import now_ms
from protocol.session import Session
from realtime import confirmer, metrics
from realtime.inbox import inbox
from realtime.registry import registry
from realtime.transport import SocketTransport

BUFFER_FRAMES = 256
BUFFER_BYTES = 1024 * 1024
LEFT_IDS = 10_000
READ_BELOW = 64 * 1024  # buffered bytes: catch-up keeps no more than this and a page in memory
UNCONFIRMED_IN_CATCH_UP = 512
REPLACED = 4409  # the close code of a socket that made room for the player's newest one
REMEMBERED_IDS = 1024


class State(enum.Enum):
    IDLE = "idle"
    CATCH_UP = "catch_up"
    LIVE = "live"
    CLOSED = "closed"


class Connection:
    """A socket after its handshake. `frame` turns a document's bytes into what travels (secure framing)."""

    __slots__ = (
        "binding",
        "bound_ms",
        "catching_up",
        "dropped",
        "frame",
        "frames_buffered",
        "left",
        "ping_covers",
        "ping_sent",
        "ping_token",
        "player_id",
        "progress",
        "served",
        "session",
        "silent",
        "stale",
        "state",
        "transport",
        "unpinged",
        "written",
    )

    def __init__(self, transport: SocketTransport, session: Session) -> None:
        self.transport = transport
        self.session = session
        self.state = State.IDLE
        self.player_id: str | None = None
        self.binding = 0  # counts log-ins: a read begun under an earlier one is not this one's
        self.bound_ms = 0  # when the latest log-in was
        self.frame: Callable[[bytes], bytes] | None = None
        self.silent = False
        self.written: dict[str, None] | None = None  # ids this connection wrote, oldest first
        self.left: dict[str, None] | None = None  # ids of live deliveries left for catch-up
        self.unpinged: list[str] | None = None  # written since the last ping went out
        self.ping_covers: list[str] | None = None  # written before the ping in flight
        self.ping_token = 0
        self.ping_sent = 0.0
        self.frames_buffered = 0
        self.progress: tuple[int, float] | None = None  # buffered bytes and when they last shrank
        self.served: set[str] | None = None  # players a server-type socket acted for
        self.dropped = 0  # copies a slow listener did not get
        self.catching_up = False
        self.stale = False  # what is being read was begun before something that it may have missed
        transport.on_pong = self.pong
        transport.on_writable = self.writable
        metrics.sockets.add(1, self.kind)
        registry.opened(self)

    @property
    def kind(self) -> str:
        return "player" if self.session.rights.player else "server"

    # --- writing ---------------------------------------------------------------------------------------

    def send(self, document: bytes) -> None:
        """Write a response or another frame that nobody confirms."""
        self.transport.write_text(document if self.frame is None else self.frame(document))

    def offer(self, message_id: str, document: bytes) -> bool:
        """Write a message unless this connection already did. True when it was written now."""
        if self.written is None:
            self.written = {}
        if message_id in self.written:
            return False
        self.written[message_id] = None
        self.send(document)
        if self.unpinged is None:
            self.unpinged = [message_id]
        else:
            self.unpinged.append(message_id)
        if self.ping_covers is None:
            confirmer.want_ping(self)
        return True

    def deliver(self, message_id: str, document: bytes) -> bool:
        """A live delivery: written when the connection keeps up, else left for catch-up. True if written."""
        if self.state is State.LIVE and self._keeps_up():
            return self.offer(message_id, document)
        if self.state is not State.IDLE and self.state is not State.CLOSED:
            self._leave(message_id)
        return False

    def copy(self, document: bytes) -> None:
        """A listener's copy: never caught up, dropped and counted when the socket is behind."""
        if self._keeps_up():
            self.send(document)
        else:
            self.dropped += 1

    def _keeps_up(self) -> bool:
        buffered = self.transport.buffered
        if not buffered:
            self.frames_buffered = 0
            return True
        self.frames_buffered += 1
        return self.frames_buffered <= BUFFER_FRAMES and buffered <= BUFFER_BYTES

    def _leave(self, message_id: str) -> None:
        if self.left is None:
            self.left = {}
        self.left[message_id] = None
        if len(self.left) > LEFT_IDS:
            self.transport.abort()
            return
        if self.state is State.LIVE:
            self.state = State.CATCH_UP
        self.read_on()
        if not self.catching_up:
            inbox().left((message_id,))

    # --- catch-up --------------------------------------------------------------------------------------

    def may_read(self) -> bool:
        """Whether catch-up may read another page now; if not, `writable` or a pong starts it again."""
        if self.transport.buffered > READ_BELOW:
            confirmer.watch_progress(self)
            return False
        return self.unconfirmed_count() < UNCONFIRMED_IN_CATCH_UP

    def read_on(self) -> None:
        if self.state is State.CATCH_UP and not self.catching_up and self.may_read():
            self.catching_up = True
            self.stale = False
            inbox().catch_up(self)

    def look_again(self) -> None:
        """Others may have decided without this connection: read the inbox from now on, whatever was read."""
        if self.state is State.LIVE:
            self.state = State.CATCH_UP
        self.stale = self.catching_up
        self.read_on()

    def take_left(self, limit: int) -> list[str]:
        """Up to `limit` ids left by live deliveries, oldest first; those already written are dropped."""
        taken: list[str] = []
        while self.left and len(taken) < limit:
            message_id = next(iter(self.left))
            del self.left[message_id]
            if not self.written or message_id not in self.written:
                taken.append(message_id)
        return taken

    def caught_up(self) -> None:
        """A read came back empty: go live, unless there is more to read by now."""
        self.catching_up = False
        if self.state is not State.CATCH_UP:
            return
        if self.left or self.stale:
            self.read_on()
        else:
            self.left = None
            self.state = State.LIVE

    def paused(self) -> None:
        """Catch-up stopped because the connection is behind."""
        self.catching_up = False

    def writable(self) -> None:
        self.frames_buffered = 0
        self.read_on()

    # --- confirmation ----------------------------------------------------------------------------------

    def ping(self) -> None:
        """Send a ping that covers everything written so far."""
        self.ping_covers, self.unpinged = self.unpinged, None
        self.ping_sent = time.monotonic()
        self.ping_token += 1
        if self.transport.confirms:
            self.transport.ping(self.ping_token)
        else:
            self.pong(self.ping_token)

    def pong(self, token: int) -> None:
        if token != self.ping_token or self.ping_covers is None:
            return
        covered, self.ping_covers = self.ping_covers, None
        if self.silent:
            self._speaks_again()
        confirmer.answered(self)
        inbox().confirmed(covered)
        metrics.confirmed(covered, self.bound_ms)
        self._forget_oldest()
        if self.unpinged:
            confirmer.want_ping(self)
        self.read_on()

    def unconfirmed(self) -> list[str]:
        return (self.ping_covers or []) + (self.unpinged or [])

    def unconfirmed_count(self) -> int:
        return len(self.ping_covers or ()) + len(self.unpinged or ())

    def went_silent(self) -> None:
        """The ping has been out for too long: decide as if the connection were not there."""
        self.silent = True
        self._tell_registry()
        inbox().decide_again(self.unconfirmed() + list(self.left or ()))

    def _speaks_again(self) -> None:
        """What was decided while it was silent was not written here: read it from the store."""
        self.silent = False
        self._tell_registry()
        self.look_again()

    def _tell_registry(self) -> None:
        if self.player_id is not None:
            registry.changed(self.player_id)

    def _forget_oldest(self) -> None:
        if self.written is None or len(self.written) <= REMEMBERED_IDS:
            return
        unconfirmed = set(self.unconfirmed())
        for message_id in list(self.written)[: len(self.written) - REMEMBERED_IDS]:
            if message_id not in unconfirmed:
                del self.written[message_id]

    # --- who is logged in ------------------------------------------------------------------------------

    def bind(self, player_id: str) -> None:
        """The player logged in here: register first, read the inbox then, so that nothing falls between."""
        self.unbind()
        self.player_id = player_id
        self.binding += 1
        self.bound_ms = now_ms()
        self.state = State.CATCH_UP
        registry.add(player_id, self)
        surplus = registry.surplus(player_id, int(settings.FLINT_LIMIT_SOCKETS_PER_PLAYER))
        if surplus is not None:
            surplus.transport.close(REPLACED)
        self.read_on()
        player_connected.send_robust(sender=Connection, session=self.session, player_id=player_id)

    def unbind(self) -> None:
        """The player leaves: what it has not confirmed is still waiting, and is decided again.

        Not what a silent connection held: that was decided when it fell silent, and what came since was
        written to another socket too.
        """
        if self.player_id is None:
            return
        player_id, self.player_id = self.player_id, None
        registry.remove(player_id, self)
        written, left, silent = self.unconfirmed(), list(self.left or ()), self.silent
        self.state = State.IDLE
        self.silent = self.catching_up = self.stale = False
        self.written = self.left = self.unpinged = self.ping_covers = None
        confirmer.forget(self)
        if written and not self.transport.confirms:
            inbox().confirmed(written)  # written is all there will ever be known
            written = []
        if (written or left) and not silent:
            inbox().decide_again(written + left)
        player_disconnected.send_robust(sender=Connection, session=self.session, player_id=player_id)

    def closed(self) -> None:
        if self.state is State.CLOSED:
            return
        self.unbind()
        metrics.sockets.add(-1, self.kind)
        registry.remove_listener(self.session.stage_id, self)
        registry.ended(self)
        self.state = State.CLOSED
        confirmer.forget(self)
