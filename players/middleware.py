"""Authentication: which player a request acts for."""

from typing import Any

from players.batchers import PlayerKey, find_player
from players.tokens import holds
from protocol.errors import RequestError
from protocol.registry import find
from protocol.request import Next, Request, Response
from protocol.session import Session
from realtime import database

# A server socket remembers whom it served, to listen for their messages (wire-protocol.md §10).
SERVED_AT_MOST = 100_000


def authentication(next: Next) -> Next:
    """Middleware: sets the request's player, or refuses a request that needs one.

    A player's socket acts for the player logged in over it, and `playerId` in a request is not honoured
    there. Server-type credentials name the player by `playerId`; so do REST calls of a credential whose
    policy wants the player's token, which travels beside it (wire-protocol.md §8.4, §9.2, §10).
    """

    async def identify(request: Request) -> Response:
        handler = find(request.name)
        needed = handler is not None and handler.player
        session = request.session
        if _names_player(session):
            if needed:
                await _act_for(request, request.raw.get("playerId"))
        elif session.player_id is not None:
            request.player_id, request.player_name = session.player_id, session.player_name
        elif needed:
            raise RequestError({"authentication": "NOTAUTHORIZED"})
        return await next(request)

    return identify


def _names_player(session: Session) -> bool:
    return not session.rights.player or _wants_token(session)


def _wants_token(session: Session) -> bool:
    return session.transport == "rest" and session.rights.rest_policy == "token"


async def _act_for(request: Request, player_id: Any) -> None:
    if player_id is None or player_id == "":
        raise RequestError({"playerId": "REQUIRED"})
    session = request.session
    found = None
    if isinstance(player_id, str):
        found = await find_player(PlayerKey(session.stage_id, player_id))
    if found is None:
        raise RequestError({"playerId": "INVALID"})
    if _wants_token(session):
        await _check_token(found.player_id, request.raw.get("authToken"))
    request.player_id, request.player_name = found.player_id, found.display_name
    _remember_served(session, found.player_id)


async def _check_token(player_id: str, token: Any) -> None:
    if token is None or token == "":
        raise RequestError({"authToken": "REQUIRED"})
    if not isinstance(token, str) or not await database.run(holds, player_id, token):
        raise RequestError({"authToken": "INVALID"})


def _remember_served(session: Session, player_id: str) -> None:
    connection = session.connection
    if connection is None or not session.rights.listener:
        return
    if connection.served is None:
        connection.served = set()
    if len(connection.served) >= SERVED_AT_MOST:
        connection.served.pop()
    connection.served.add(player_id)
