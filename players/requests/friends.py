"""Who a player's friends are; a server-type credential may tie and part them."""

from typing import Any

from players import friends
from players.documents import player_document
from players.models import Player
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.flint import LinkFriendsRequest, RemoveFriendRequest, UnlinkFriendsRequest
from protocol.schemas.player import ListGameFriendsRequest, ListInviteFriendsRequest
from realtime import database
from realtime.presence import presence


@request("ListGameFriendsRequest", ListGameFriendsRequest, durable=False)
async def list_game_friends(request: Request) -> dict[str, Any]:
    found = await database.run(_friends_of, request.player_id or "")
    online = await presence().online([player.pk for player in found])
    return {"friends": [player_document(player, online) for player in found]}


@request("ListInviteFriendsRequest", ListInviteFriendsRequest, durable=False)
async def list_invite_friends(request: Request) -> dict[str, Any]:
    """Friends in outside networks who do not play yet: no network tells us of any (rules §7.2)."""
    return {"friends": []}


@request("RemoveFriendRequest", RemoveFriendRequest)
def remove_friend(request: Request) -> None:
    friends.remove(request.player_id or "", request.data.friend_id)


@request("LinkFriendsRequest", LinkFriendsRequest)
def link_friends(request: Request) -> dict[str, Any]:
    """`linked` counts the links that are new."""
    player_id, friend_ids = _pairs(request)
    return {"linked": friends.link(player_id, friend_ids, friends.SERVER)}


@request("UnlinkFriendsRequest", UnlinkFriendsRequest)
def unlink_friends(request: Request) -> dict[str, Any]:
    """`linked` counts the links that ended; friends by another source stay friends."""
    player_id, friend_ids = _pairs(request)
    return {"linked": friends.unlink(player_id, friend_ids, [friends.SERVER])}


def _pairs(request: Request) -> tuple[str, list[str]]:
    player_id, friend_ids = request.player_id or "", list(request.data.friend_ids)
    friends.check_players(request.session.stage_id, player_id, friend_ids)
    return player_id, friend_ids


def _friends_of(player_id: str) -> list[Player]:
    return list(friends.friends_of(player_id))
