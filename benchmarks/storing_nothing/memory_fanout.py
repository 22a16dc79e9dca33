"""SendMessageRequest from memory: the same documents to the same sockets, without a row."""

import messaging.requests
from games.config_store import configs
from games.events import PlatformEvent
from messaging.preparing import Preparer
from players.facts import Recipient
from protocol.dates import now_ms
from protocol.ids import new_id
from protocol.registry import REGISTRY, request
from protocol.request import Request
from protocol.schemas.flint import SendMessageRequest
from realtime.registry import registry
from realtime.router import Frame, router

assert messaging.requests  # registered first, to be replaced
REGISTRY.pop("SendMessageRequest")


@request("SendMessageRequest", SendMessageRequest, player=False, server_only=True)
async def send_from_memory(request: Request) -> dict[str, object]:
    config = configs.current(request.session.stage_id)
    event = PlatformEvent(
        stage_id=config.stage_id,
        message_class="ScriptMessage",
        ext_code=request.data.ext_code,
        data={"data": request.data.data},
    )
    preparer = Preparer(config, event, new_id(), now_ms())
    player_ids = request.data.player_ids or registry.players()
    _, deliveries = preparer.copies([Recipient(player_id, None, "") for player_id in player_ids])
    await router().deliver(
        [Frame(each.stage_id, each.player_id, each.message_id, each.document) for each in deliveries]
    )
    return {"recipients": len(deliveries)}
