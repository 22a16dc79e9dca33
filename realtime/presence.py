"""Who is online. One process asks its registry; several ask Redis behind the same two functions."""

from collections.abc import Iterable
from typing import Protocol

from realtime.registry import registry


class Presence(Protocol):
    async def online(self, player_ids: Iterable[str]) -> set[str]:
        """Those who have a connection that answers, on any node."""


class LocalPresence:
    async def online(self, player_ids: Iterable[str]) -> set[str]:
        return {player_id for player_id in player_ids if registry.online(player_id)}


presence: Presence = LocalPresence()
