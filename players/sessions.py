"""A player on a socket: logging in over it, and being thrown off all of them."""

from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from games.audit import record
from games.models import User
from players.departures import departing
from players.models import AuthToken, Player
from players.tokens import holds, revoke_all
from protocol.session import Session
from realtime import database, outside
from realtime.registry import registry
from realtime.router import LocalRouter, router

PLAYERS_A_LOOK = 500


def log_in(session: Session, answer: dict[str, Any]) -> None:
    """Bind the socket to the player of a log-in's answer. After its commit, on the event loop.

    Server-type sockets serve many players and are bound to none (wire-protocol.md §8.3).
    """
    if session.rights.player:
        session.log_in(answer["userId"], answer.get("displayName", ""), answer["authToken"])


async def log_in_again(session: Session, encoded: bytes) -> bool:
    """Bind the socket by an answer given before. False if its token is dead by now."""
    answer = msgspec.json.decode(encoded)
    if not await database.run(holds, answer["userId"], answer["authToken"]):
        return False
    log_in(session, answer)
    return True


async def terminate(player_id: str, keep: Any = None) -> int:
    """Revoke the player's tokens and log them out of every socket, on every node, but `keep` (a Connection).

    The sockets stay open. Returns how many were logged out on this node.
    """
    await database.run(revoke_all, player_id)
    return await router().terminate(player_id, keep)


async def end_terminated() -> None:
    """Log out here whoever was banned or disconnected while this node could not be told."""
    here = registry.players()
    for start in range(0, len(here), PLAYERS_A_LOOK):
        for player_id in await database.run(_terminated, here[start : start + PLAYERS_A_LOOK]):
            await LocalRouter().terminate(player_id)


def _terminated(player_ids: list[str]) -> list[str]:
    """Those who are banned, or whose tokens are all gone."""
    tokens = AuthToken.objects.filter(player=OuterRef("pk"))
    ended = Player.objects.filter(Q(banned=True) | ~Exists(tokens), pk__in=player_ids)
    return list(ended.values_list("pk", flat=True))


def terminate_after_commit(player_id: str) -> None:
    """The same from a database thread or an admin page: tokens now, sockets once this commits."""
    revoke_all(player_id)
    transaction.on_commit(lambda: outside.begin(lambda: router().terminate(player_id)), robust=True)


def disconnect(player: Player, actor: User | None) -> None:
    """An operator logs a player out everywhere."""
    with transaction.atomic():
        terminate_after_commit(player.pk)
        record(actor, "player.disconnect", player.pk, player.stage.game, stage=player.stage.name)


def set_banned(player: Player, banned: bool, actor: User | None) -> None:
    """A banned player cannot log in; their tokens and sockets end (wire-protocol.md §10)."""
    with transaction.atomic():
        if banned:
            departing([player.pk], deleted=False)
        Player.objects.filter(pk=player.pk).update(banned=banned)
        player.banned = banned
        if banned:
            terminate_after_commit(player.pk)
        action = "player.ban" if banned else "player.unban"
        record(actor, action, player.pk, player.stage.game, stage=player.stage.name)
