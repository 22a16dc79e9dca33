"""Which connections this process holds: by door, by player, and the server-type listeners of each stage."""

from collections.abc import Callable, Iterable, Iterator, Set
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from realtime.connection import Connection


class Door(NamedTuple):
    """By what a socket came in."""

    game_id: int
    stage_id: int
    credential: str


class Registry:
    """Used on the event loop's thread only."""

    def __init__(self) -> None:
        self._open: dict[Door, set[Connection]] = {}
        self._players: dict[str, list[Connection]] = {}
        self._listeners: dict[int, list[Connection]] = {}
        self._on_player: Callable[[str], None] | None = None
        self._on_listeners: Callable[[], None] | None = None

    def watch(self, on_player: Callable[[str], None], on_listeners: Callable[[], None]) -> None:
        """Tell them what changed: whether a player is online here, or which stages are listened to."""
        self._on_player, self._on_listeners = on_player, on_listeners

    def unwatch(self) -> None:
        self._on_player = self._on_listeners = None

    def opened(self, connection: "Connection") -> None:
        """It is past its handshake, whoever will log in over it."""
        self._open.setdefault(_door(connection), set()).add(connection)

    def ended(self, connection: "Connection") -> None:
        door = _door(connection)
        held = self._open.get(door)
        if held is not None:
            held.discard(connection)
            if not held:
                del self._open[door]

    def doors(self) -> "list[tuple[Door, Set[Connection]]]":
        return list(self._open.items())

    def changed(self, player_id: str) -> None:
        """A connection of the player came, went, fell silent or speaks again."""
        if self._on_player is not None:
            self._on_player(player_id)

    def add(self, player_id: str, connection: "Connection") -> None:
        self._players.setdefault(player_id, []).append(connection)
        self.changed(player_id)

    def remove(self, player_id: str, connection: "Connection") -> None:
        held = self._players.get(player_id)
        if held and connection in held:
            held.remove(connection)
            if not held:
                del self._players[player_id]
            self.changed(player_id)

    def of(self, player_id: str) -> "Iterable[Connection]":
        return self._players.get(player_id, ())

    def surplus(self, player_id: str, most: int) -> "Connection | None":
        """Which of the player's connections to end if there are more: a silent one, else the oldest.

        Never the newest: a phone that lost its network holds a socket on which nobody answers any more, and
        has to be able to come back.
        """
        held = self._players.get(player_id, ())
        if len(held) <= most:
            return None
        open_ones = [connection for connection in held if not connection.transport.closing]
        if len(open_ones) <= most:
            return None
        older = open_ones[:-1]
        return next((connection for connection in older if connection.silent), older[0])

    def online(self, player_id: str) -> bool:
        """Whether some connection of the player answers: a silent one does not count."""
        # Asked for every frame of a fan-out, where a generator would take three times as long.
        for connection in self._players.get(player_id, ()):  # noqa: SIM110
            if not connection.silent:
                return True
        return False

    def players(self) -> list[str]:
        return list(self._players)

    def connections(self) -> "Iterator[Connection]":
        for held in self._players.values():
            yield from held

    def add_listener(self, stage_id: int, connection: "Connection") -> None:
        self._listeners.setdefault(stage_id, []).append(connection)
        self._tell_listeners()

    def remove_listener(self, stage_id: int, connection: "Connection") -> None:
        held = self._listeners.get(stage_id)
        if held and connection in held:
            held.remove(connection)
            if not held:
                del self._listeners[stage_id]
            self._tell_listeners()

    def _tell_listeners(self) -> None:
        if self._on_listeners is not None:
            self._on_listeners()

    def stages_listened_to(self) -> list[int]:
        return list(self._listeners)

    def listeners(self, stage_id: int) -> "Iterable[Connection]":
        return self._listeners.get(stage_id, ())

    def has_listeners(self) -> bool:
        return bool(self._listeners)

    def clear(self) -> None:
        self._open.clear()
        self._players.clear()
        self._listeners.clear()


def _door(connection: "Connection") -> Door:
    session = connection.session
    return Door(session.game_id, session.stage_id, session.rights.short_code)


registry = Registry()
