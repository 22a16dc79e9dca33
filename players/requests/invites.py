"""Flint's own friend requests."""

from typing import Any

from players import invites
from players.models import Player
from protocol.errors import RequestError
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.flint import (
    AcceptFriendRequest,
    DeclineFriendRequest,
    InviteFriendRequest,
    ListFriendInvitesRequest,
)


@request("InviteFriendRequest", InviteFriendRequest)
def invite_friend(request: Request) -> dict[str, Any]:
    """The other is named by the first of friendId, userName and displayName that is there."""
    data, player_id = request.data, request.player_id or ""
    named = {"pk": data.friend_id, "user_name": data.user_name, "display_name": data.display_name}
    given = {name: value for name, value in named.items() if value is not None}
    if not given:
        raise RequestError({"friendId": "REQUIRED"})
    name = next(iter(given))
    recipient = invites.find_invited(request.session.stage_id, player_id, **{name: given[name]})
    sender = Player.objects.get(pk=player_id)
    return {"inviteId": invites.invite(sender, recipient, request.run)}


@request("AcceptFriendRequest", AcceptFriendRequest)
def accept_friend(request: Request) -> None:
    invites.accept(request.player_id or "", request.data.invite_id, request.run)


@request("DeclineFriendRequest", DeclineFriendRequest)
def decline_friend(request: Request) -> None:
    invites.decline(request.player_id or "", request.data.invite_id)


@request("ListFriendInvitesRequest", ListFriendInvitesRequest)
def list_friend_invites(request: Request) -> dict[str, Any]:
    player_id, data = request.player_id or "", request.data
    return {
        "received": invites.received(player_id, data.offset, data.entry_count),
        "sent": invites.sent(player_id, data.offset, data.entry_count),
    }
