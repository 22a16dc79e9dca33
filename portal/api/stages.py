"""What belongs to a stage: players with their messages and devices, traces, the push log."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Field, Path, Query, Router, Schema

from messaging.models import PlayerMessage
from messaging.trace import trace
from players.models import Player
from portal.api.access import enter
from portal.api.faults import Fault
from portal.web.player_list import Asked as AskedPlayers
from portal.web.player_list import find
from portal.web.push_log import Asked, page_of
from portal.web.rights import SEE_PAYLOADS
from portal.web.wording import moment
from push.models import Device

router = Router(tags=["Stages"])
MOST_MESSAGES = 50
Stage = Literal["preview", "live"]
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$")]
Before = Annotated[str, Query(pattern=r"^([0-9a-f]{24})?$", description="`older` of the page before")]


class PlayerLine(Schema):
    id: str
    user_name: str = Field(alias="userName")
    display_name: str = Field(alias="displayName")
    created: datetime
    last_seen: datetime | None = Field(alias="lastSeen")
    banned: bool


class PlayerPage(Schema):
    players: list[PlayerLine]
    older: str = Field(description='where the next page begins; "" at the end')


class DeviceLine(Schema):
    id: str
    device_os: str = Field(alias="deviceOS")
    provider: str
    disabled: str = Field(description='the code that ended it; "" while it gets pushes')


class PlayerDetail(PlayerLine):
    devices: list[DeviceLine]


class CopyLine(Schema):
    id: str
    message_id: str = Field(alias="messageId")
    message_class: str = Field(alias="class", description="`FriendMessage`, `ScriptMessage_<code>`")
    state: str
    reason: str
    created: datetime


class CopyPage(Schema):
    messages: list[CopyLine]
    older: str


class Event(Schema):
    at_ms: int | None = Field(
        description="milliseconds since 1970; null for a fact without a time of its own"
    )
    what: str


class TraceOf(Schema):
    message_id: str
    player: str
    sentence: str
    remedy: str
    events: list[Event]


class AttemptLine(Schema):
    id: int
    at: datetime
    provider: str
    code: str
    sentence: str
    remedy: str
    device: str | None
    player: str | None
    copy_id: str = Field(alias="copyId")


class AttemptPage(Schema):
    attempts: list[AttemptLine]
    older: int | None


@router.get("/games/{api_key}/{stage}/players", response=PlayerPage, by_alias=True)
def list_players(
    request: HttpRequest,
    api_key: str,
    stage: Stage,
    q: Annotated[str, Query(max_length=200)] = "",
    before: Before = "",
) -> Any:
    """The newest first. `q` is an id, the beginning of a name, or a device's."""
    found = find(
        enter(request, api_key, stage=stage).found_stage(),
        AskedPlayers(q=q.replace("\0", "").strip()),
        before,
    )
    return {"players": [_player(row) for row in found.players], "older": found.older}


@router.get(
    "/games/{api_key}/{stage}/players/{player_id}", response={200: PlayerDetail, 404: Fault}, by_alias=True
)
def get_player(request: HttpRequest, api_key: str, stage: Stage, player_id: Id) -> Any:
    player = _one(request, api_key, stage, player_id)
    devices = Device.objects.filter(player=player).order_by("id")[:100]
    return _player(player) | {"devices": [_device(row) for row in devices]}


@router.get(
    "/games/{api_key}/{stage}/players/{player_id}/messages",
    response={200: CopyPage, 404: Fault},
    by_alias=True,
)
def list_messages_of_player(
    request: HttpRequest, api_key: str, stage: Stage, player_id: Id, before: Before = ""
) -> Any:
    """Fifty a page, the newest first, dismissed and expired ones too."""
    player = _one(request, api_key, stage, player_id)
    rows = PlayerMessage.objects.select_related("message").filter(player=player)
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-id")[: MOST_MESSAGES + 1])
    older = found[MOST_MESSAGES - 1].pk if len(found) > MOST_MESSAGES else ""
    return {"messages": [_copy(row) for row in found[:MOST_MESSAGES]], "older": older}


@router.get("/games/{api_key}/{stage}/traces/{copy_id}", response={200: TraceOf, 404: Fault})
def get_trace(request: HttpRequest, api_key: str, stage: Stage, copy_id: Id) -> Any:
    """Why one player did or did not get a message: the id is that of the player's copy."""
    place = enter(request, api_key, stage=stage)
    rows = PlayerMessage.objects.select_related("message__version", "player")
    row = rows.filter(message__stage=place.found_stage(), pk=copy_id).first()
    if row is None:
        raise Http404
    return asdict(trace(row, place.may(SEE_PAYLOADS)))


@router.get("/games/{api_key}/{stage}/pushes", response=AttemptPage, by_alias=True)
def list_pushes(
    request: HttpRequest,
    api_key: str,
    stage: Stage,
    player: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=60)] = "",
    before: Annotated[int | None, Query(gt=0, lt=2**63)] = None,
) -> Any:
    """Every attempt to push, the newest first. `player` is an id or a user name."""
    row = enter(request, api_key, stage=stage).found_stage()
    page = page_of(
        row, Asked(player=player.replace("\0", ""), code=code.replace("\0", "")), before, payloads=False
    )
    return {"attempts": [_attempt(each) for each in page.rows], "older": page.older}


def _one(request: HttpRequest, api_key: str, stage: str, player_id: str) -> Player:
    row = enter(request, api_key, stage=stage).found_stage()
    player = Player.objects.filter(stage=row, pk=player_id).first()
    if player is None:
        raise Http404
    return player


def _player(row: Player) -> dict[str, Any]:
    return {
        "id": row.pk,
        "userName": row.user_name or "",
        "displayName": row.display_name,
        "created": moment(row.created_ms),
        "lastSeen": moment(row.last_seen_ms) if row.last_seen_ms else None,
        "banned": row.banned,
    }


def _device(row: Device) -> dict[str, Any]:
    return {"id": row.pk, "deviceOS": row.device_os, "provider": row.provider, "disabled": row.disabled}


def _copy(row: PlayerMessage) -> dict[str, Any]:
    return {
        "id": row.pk,
        "messageId": row.message_id,
        "class": row.message.type_code,
        "state": PlayerMessage.State(row.state).label,
        "reason": row.reason,
        "created": moment(row.created_ms),
    }


def _attempt(row: Any) -> dict[str, Any]:
    attempt = row.attempt
    return {
        "id": attempt.pk,
        "at": row.at,
        "provider": attempt.provider,
        "code": attempt.code,
        "sentence": row.sentence,
        "remedy": row.remedy,
        "device": row.device.pk if row.device else None,
        "player": row.player.pk if row.player else None,
        "copyId": attempt.player_message_id,
    }
