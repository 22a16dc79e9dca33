"""BroadcastRequest: a credential with admin requests sends a ScriptMessage to a whole stage or segment query,
and stops, continues or follows what it sent."""

from typing import Any

from games.config import GameConfig
from games.config_store import configs
from games.events import PlatformEvent
from games.models import Stage
from messaging import broadcasts
from messaging.broadcast_states import Action, Refused
from messaging.broadcasts import Pacing, Status
from messaging.models import Broadcast
from messaging.requests.sending import overrides_of, sending_faults
from protocol.errors import RequestError
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.flint import BroadcastRequest

STATUS = "status"
WIRE_NAMES = {"go_on_seconds": "goOnAfter", "failed_share": "failedShare"}


@request("BroadcastRequest", BroadcastRequest, player=False, admin_only=True)
def broadcast(request: Request) -> dict[str, Any]:
    data: BroadcastRequest = request.data
    stage = Stage.objects.select_related("game").get(pk=request.session.stage_id)
    actor = f"credential {request.session.rights.short_code}"
    if data.broadcast_id is not None or data.action is not None:
        return _answer(_act(stage, data, actor))
    config = configs.current(stage.pk)
    pacing = Pacing(
        rate=None if data.rate is None else int(data.rate),
        canary=int(data.canary or 0),
        go_on_seconds=None if data.go_on_after is None else int(data.go_on_after),
        failed_share=float(data.failed_share or 0),
    )
    faults = _faults(data, config, pacing)
    if faults:
        raise RequestError(faults)
    event = PlatformEvent(
        stage_id=stage.pk,
        message_class="ScriptMessage",
        ext_code=data.ext_code,
        data={"data": data.data} if data.data is not None else {},
        query=data.segment_query,
        everybody=bool(data.all),
        overrides=overrides_of(data),
        origin={"request": request.name, "credential": request.session.rights.short_code},
    )
    return _answer(broadcasts.start(request.run, event, stage, pacing, actor))


def _faults(data: BroadcastRequest, config: GameConfig, pacing: Pacing) -> dict[str, str]:
    faults = sending_faults(data, config)
    if not data.all and data.segment_query is None:
        faults["segmentQuery"] = "REQUIRED"
    elif data.all and data.segment_query is not None:
        faults["all"] = "INVALID"
    faults.update({WIRE_NAMES.get(name, name): "INVALID" for name in pacing.faults})
    return faults


def _act(stage: Stage, data: BroadcastRequest, actor: str) -> Status:
    if data.action != STATUS and data.action not in list(Action):
        raise RequestError({"action": "INVALID"})
    try:
        if data.action == STATUS:
            return broadcasts.status(stage, data.broadcast_id or "")
        return broadcasts.act(stage, data.broadcast_id or "", Action(data.action), actor)
    except Broadcast.DoesNotExist:
        raise RequestError({"broadcastId": "INVALID"}) from None
    except Refused:
        raise RequestError({"action": "INVALID"}) from None


def _answer(status: Status) -> dict[str, Any]:
    """`total` is left out until the audience was counted, `canaryFailed` until the canary was judged."""
    answer = {
        "broadcastId": status.id,
        "state": status.state.value,
        "total": status.total,
        "expanded": status.expanded,
        "failed": status.failed,
        "canaryFailed": status.canary_failed,
    }
    return {name: value for name, value in answer.items() if value is not None}
