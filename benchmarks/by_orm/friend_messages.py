"""SendFriendMessageRequest with the same checks, rows and delivery: one statement after another."""

from functools import partial

from django.db import transaction

import messaging.requests
from games.config_store import configs
from games.events import PlatformEvent
from messaging.models import Message, PlayerMessage
from messaging.preparing import prepare
from messaging.rows import COPY_COLUMNS, MESSAGE_COLUMNS
from players.facts import Recipient
from players.models import BlockedPlayer, Friendship, Player
from protocol.errors import RequestError
from protocol.registry import REGISTRY, request
from protocol.request import Request
from protocol.schemas.player import SendFriendMessageRequest

assert messaging.requests  # registered first, to be replaced
REGISTRY.pop("SendFriendMessageRequest")


@request("SendFriendMessageRequest", SendFriendMessageRequest)
def send_friend_message(request: Request) -> None:
    assert request.player_id is not None
    recipients = [_friend(request, friend_id) for friend_id in dict.fromkeys(request.data.friend_ids)]
    event = PlatformEvent(
        stage_id=request.session.stage_id,
        message_class="FriendMessage",
        data={
            "fromId": request.player_id,
            "message": request.data.message,
            "who": request.player_name,
        },
        player_ids=tuple(recipient.player_id for recipient in recipients),
        origin={"request": request.name, "playerId": request.player_id},
    )
    unit = prepare(configs.current(event.stage_id), event, recipients)
    Message.objects.create(**dict(zip(MESSAGE_COLUMNS, unit.message, strict=True)))
    for row in unit.copies:
        PlayerMessage.objects.create(**dict(zip(COPY_COLUMNS, row, strict=True)))
    transaction.on_commit(partial(request.run.deliveries.extend, unit.deliveries))


def _friend(request: Request, friend_id: str) -> Recipient:
    player = Player.objects.filter(stage_id=request.session.stage_id, id=friend_id).first()
    if player is None:
        raise RequestError({"friendId": "INVALID"})
    if not Friendship.objects.filter(player_id=request.player_id, friend=player).exists():
        raise RequestError({"friendId": "NOT_FRIEND"})
    return Recipient(
        player.id,
        player.user_name,
        player.display_name,
        language=player.language,
        segments=player.segments,
        blocked=BlockedPlayer.objects.filter(player=player, blocked_id=request.player_id).exists(),
    )
