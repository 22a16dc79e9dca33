"""A player's own details."""

from typing import Any

from players import accounts, login_limits, passwords
from players.account_parts import account_details
from players.models import Player
from players.requests.limits import check_texts
from protocol.handling import in_transaction
from protocol.registry import request
from protocol.request import Request, Response
from protocol.schemas.player import AccountDetailsRequest, ChangeUserDetailsRequest
from realtime import database


@request("AccountDetailsRequest", AccountDetailsRequest)
def details(request: Request) -> dict[str, Any]:
    return account_details(Player.objects.get(pk=request.player_id))


@request("ChangeUserDetailsRequest", ChangeUserDetailsRequest)
async def change_details(request: Request) -> Response:
    """`oldPassword` is checked when it is there. A new password answers with a new token."""
    data, session = request.data, request.session
    player_id = request.player_id or ""
    check_texts(displayName=data.display_name)
    check_texts(least=1, userName=data.user_name)
    check_texts(35, language=data.language)
    check_texts(passwords.LONGEST, least=1, newPassword=data.new_password)
    if data.old_password is not None:
        await passwords.check(session, data.old_password, pk=player_id)
    encoded = None
    if data.new_password is not None:
        login_limits.count_log_in(session)
        encoded = await database.run_outside(passwords.encode, data.new_password)

    def change(request: Request) -> dict[str, Any]:
        token = accounts.change_details(
            player_id,
            display_name=data.display_name,
            language=data.language,
            user_name=data.user_name,
            encoded=encoded,
        )
        return {"authToken": token}

    response = await database.run(in_transaction, request, change)
    if session.player_id == player_id:
        name = session.player_name if data.display_name is None else data.display_name
        session.log_in(player_id, name, response.body.get("authToken", session.auth_token))
    return response
