"""SendFriendMessageRequest: the busiest request, so a coroutine over batchers with a group commit."""

from games.config_store import configs
from games.events import PlatformEvent
from games.signals import platform_event
from messaging.preparing import compiled_of
from messaging.recipients import complete, fields_to_load
from messaging.writer import commit
from players.batchers import FriendKey, friend_check
from players.facts import Recipient
from protocol.errors import RequestError
from protocol.registry import request
from protocol.request import Request, Response
from protocol.schemas.player import SendFriendMessageRequest
from realtime import database


@request("SendFriendMessageRequest", SendFriendMessageRequest)
async def send_friend_message(request: Request) -> Response:
    """Every id is checked first; on any fault nothing is sent (competition-rules.md §7.3)."""
    player_id = request.player_id
    assert player_id is not None
    friend_ids = list(dict.fromkeys(request.data.friend_ids))
    if not friend_ids:
        raise RequestError({"friendIds": "REQUIRED"})
    stage_id = request.session.stage_id
    checked = await friend_check.many([FriendKey(stage_id, player_id, friend_id) for friend_id in friend_ids])
    refusals = {answer for answer in checked if isinstance(answer, str)}
    if refusals:
        raise RequestError({"friendId": "INVALID" if "INVALID" in refusals else "NOT_FRIEND"})
    friends = [answer for answer in checked if isinstance(answer, Recipient)]
    config = configs.current(stage_id)
    fields = fields_to_load(config, compiled_of(config, "FriendMessage", None))
    if fields:
        friends = await database.run(complete, friends, fields)
    request.run.loaded["recipients"] = friends
    event = PlatformEvent(
        stage_id=stage_id,
        message_class="FriendMessage",
        data={"fromId": player_id, "message": request.data.message, "who": request.player_name},
        player_ids=tuple(friend_ids),
        origin={"request": request.name, "playerId": player_id},
    )
    platform_event.send(sender=request.name, run=request.run, event=event)
    response = request.respond()
    await commit(request.run, request.guard, response)
    return response
