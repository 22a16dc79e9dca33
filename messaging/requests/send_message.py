"""SendMessageRequest: a server-type credential sends a ScriptMessage to players by id or by segment query."""

from typing import Any

from games.config import GameConfig
from games.config_store import configs
from games.events import PlatformEvent
from games.signals import platform_event
from messaging.preparing import INLINE_RECIPIENTS
from messaging.requests.sending import overrides_of, sending_faults
from messaging.writer import Unit
from players.facts import known_ids
from players.models import Player
from protocol.errors import RequestError
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.flint import SendMessageRequest

MOST_PLAYERS = 10_000


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
        overrides=overrides_of(data),
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
    faults = sending_faults(data, config)
    if not data.player_ids and data.segment_query is None:
        faults["playerIds"] = "REQUIRED"
    elif data.player_ids and data.segment_query is not None:
        faults["segmentQuery"] = "INVALID"
    elif data.player_ids and len(set(data.player_ids)) > MOST_PLAYERS:
        faults["playerIds"] = "LIMIT"
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
