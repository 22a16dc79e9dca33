"""SendMessageRequest: a server-type credential sends a ScriptMessage to players by id or by segment query."""

from typing import Any

import msgspec

from games.config import GameConfig
from games.config_store import configs
from games.events import Overrides, PlatformEvent
from games.signals import platform_event
from messaging.preparing import INLINE_RECIPIENTS
from messaging.writer import Unit
from players.facts import known_ids
from players.models import Player
from protocol.errors import RequestError
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.flint import SendMessageRequest
from push.providers import DEVICE_TYPES

MOST_PLAYERS = 10_000
MOST_DATA_BYTES = 64 * 1024
MOST_HOURS = 8760
MOST_TEXT = 1000


@request("SendMessageRequest", SendMessageRequest, player=False, server_only=True)
def send_message(request: Request) -> dict[str, Any]:
    """All faults of the fields at once; unknown players are listed and nothing is sent."""
    data: SendMessageRequest = request.data
    config = configs.current(request.session.stage_id)
    faults = _faults(data, config)
    if faults:
        raise RequestError(faults)
    player_ids, query, recipients = _audience(data, config)
    event = PlatformEvent(
        stage_id=config.stage_id,
        message_class="ScriptMessage",
        ext_code=data.ext_code,
        data={"data": data.data} if data.data is not None else {},
        player_ids=player_ids,
        query=query,
        overrides=_overrides(data),
        origin={"request": request.name, "credential": request.session.rights.short_code},
    )
    ((_, unit),) = platform_event.send(sender=request.name, run=request.run, event=event)
    assert unit is None or isinstance(unit, Unit)
    answer: dict[str, Any] = {"recipients": recipients}
    if unit is not None:
        answer["messageId"] = unit.message[0]
    if recipients > INLINE_RECIPIENTS or query is not None:
        answer["queued"] = True
    return answer


def _faults(data: SendMessageRequest, config: GameConfig) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not data.player_ids and data.segment_query is None:
        faults["playerIds"] = "REQUIRED"
    elif data.player_ids and data.segment_query is not None:
        faults["segmentQuery"] = "INVALID"
    elif data.player_ids and len(set(data.player_ids)) > MOST_PLAYERS:
        faults["playerIds"] = "LIMIT"
    if data.segment_query is not None and data.segment_query not in config.sections["segmentQueries"]:
        faults["segmentQuery"] = "INVALID"
    if data.ext_code is not None and f"ScriptMessage_{data.ext_code}" not in config.sections["messages"]:
        faults["extCode"] = "INVALID"
    if data.data is not None and len(msgspec.json.encode(data.data)) > MOST_DATA_BYTES:
        faults["data"] = "TOO_LARGE"
    if data.expire_after_hours is not None and not 0 <= data.expire_after_hours <= MOST_HOURS:
        faults["expireAfterHours"] = "INVALID"
    if data.device_types is not None and not {each.lower() for each in data.device_types} <= set(
        DEVICE_TYPES
    ):
        faults["deviceTypes"] = "INVALID"
    for wire, text in (("title", data.title), ("subTitle", data.sub_title), ("summary", data.summary)):
        if text is not None and len(text) > MOST_TEXT:
            faults[wire] = "INVALID"
    for wire, value in (("sendAt", data.send_at), ("localTime", data.local_time)):
        if value is not None:  # not built yet
            faults[wire] = "INVALID"
    return faults


def _audience(data: SendMessageRequest, config: GameConfig) -> tuple[tuple[str, ...], str | None, int]:
    """Ids, or a query for an audience too large to expand at once; and how many players it has now."""
    if data.player_ids:
        wanted = list(dict.fromkeys(data.player_ids))
        known = known_ids(config.stage_id, wanted)
        unknown = [player_id for player_id in wanted if player_id not in known]
        if unknown:
            raise RequestError({"playerIds": "INVALID"}, {"invalidPlayerIds": unknown})
        return tuple(wanted), None, len(wanted)
    query = config.sections["segmentQueries"][data.segment_query]
    players = Player.objects.filter(query.to_q(), stage_id=config.stage_id)
    first = list(players.values_list("id", flat=True)[: INLINE_RECIPIENTS + 1])
    if len(first) <= INLINE_RECIPIENTS:
        return tuple(first), None, len(first)
    return (), data.segment_query, players.count()


def _overrides(data: SendMessageRequest) -> Overrides | None:
    overrides = Overrides(
        title=data.title,
        sub_title=data.sub_title,
        summary=data.summary,
        send_via_socket=data.send_via_socket,
        send_as_push=data.send_as_push,
        suppress_push_on_socket_send=data.suppress_push_on_socket_send,
        include_in_push_count=data.include_in_push_count,
        expire_after_hours=None if data.expire_after_hours is None else int(data.expire_after_hours),
        device_types=None if data.device_types is None else tuple(each.lower() for each in data.device_types),
    )
    return None if overrides == Overrides() else overrides
