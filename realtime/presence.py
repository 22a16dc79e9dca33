"""Who is online. One process asks its registry; several ask Redis behind the same interface."""

from collections.abc import Iterable
from typing import Protocol

from realtime.registry import registry


class Presence(Protocol):
    """A player is online who has a connection that answers, on any node."""

    async def online(self, player_ids: Iterable[str]) -> set[str]:
        """Those of them who are online."""

    async def announced(self, player_id: str) -> None:
        """Wait until other nodes can know of the player's connections here, but not for long."""

    def online_from_thread(self, player_ids: Iterable[str]) -> set[str]:
        """The same as `online`, for a thread without an event loop."""

    def everybody_from_thread(self) -> set[str]:
        """All who are online, for a thread without an event loop."""


class LocalPresence:
    async def online(self, player_ids: Iterable[str]) -> set[str]:
        return self.online_from_thread(player_ids)

    async def announced(self, player_id: str) -> None:
        """There are no other nodes."""

    def online_from_thread(self, player_ids: Iterable[str]) -> set[str]:
        return {player_id for player_id in player_ids if registry.online(player_id)}

    def everybody_from_thread(self) -> set[str]:
        return self.online_from_thread(registry.players())


_presence: Presence = LocalPresence()


def presence() -> Presence:
    return _presence


def use_presence(chosen: Presence) -> None:
    global _presence
    _presence = chosen
