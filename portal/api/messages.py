"""Messages: their settings and versions, test sends."""

from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema, Status

from messaging.message_settings import (
    message_type,
    number_of,
    save_version,
    settings_of,
)
from messaging.models import MessageType, MessageVersion
from messaging.overview import groups_of, is_known
from messaging.trial_sends import Trial, send_trial
from portal.api.access import enter, user_of
from portal.api.faults import Fault
from portal.web.asking import find_player
from portal.web.rights import EDIT, SEND_ONE

router = Router(tags=["Messages"])
MOST_VERSIONS = 100
Stage = Literal["preview", "live"]


class MessageLine(Schema):
    key: str = Field(description="`FriendMessage`, or `ScriptMessage_<code>` of an extension")
    name: str
    group: str
    version: int = Field(description="0: the defaults, which nobody has changed yet")
    settings: dict[str, Any]


class Message(Schema):
    key: str
    version: int
    settings: dict[str, Any]


class MessageChange(Schema):
    version: int = Field(ge=0, description="the version that the change was made from")
    settings: dict[str, Any] = Field(
        description="those that change; the others stay as that version has them"
    )
    note: str = Field("", max_length=200)


class Version(Schema):
    number: int
    author: str
    note: str
    created: datetime
    settings: dict[str, Any]


class TestSend(Schema):
    player: str = Field(max_length=255, description="an id or a user name")
    data: dict[str, Any] | None = Field(
        None, description="the message's own fields; samples where there are none"
    )
    variant: int | None = Field(
        None, ge=-1, lt=1000, description="−1: the message's own texts; none: as the player's segments say"
    )


class TestSent(Schema):
    message_id: str = Field(alias="messageId")


@router.get("/games/{api_key}/messages", response=list[MessageLine])
def list_messages(request: HttpRequest, api_key: str) -> Any:
    """Every message class, and the game's extensions."""
    place = enter(request, api_key)
    return [
        {
            "key": row.key,
            "name": row.name,
            "group": group,
            "version": number_of(row.version),
            "settings": row.settings,
        }
        for group, rows in groups_of(place.game)
        for row in rows
    ]


@router.get("/games/{api_key}/messages/{key}", response={200: Message, 404: Fault})
def get_message(request: HttpRequest, api_key: str, key: str) -> Any:
    """One message's settings, as preview has them."""
    return _message(_found(request, api_key, key))


@router.patch("/games/{api_key}/messages/{key}", response={200: Message, 404: Fault, 409: Fault, 422: Fault})
def change_message(request: HttpRequest, api_key: str, key: str, change: MessageChange) -> Any:
    """Changes some settings of the working copy. 409 when somebody saved another version meanwhile."""
    row = _found(request, api_key, key, change=True)
    settings = {**settings_of(row.current), **change.settings}
    save_version(row, settings, user_of(request), change.note, change.version)
    return _message(row)


@router.get("/games/{api_key}/messages/{key}/versions", response={200: list[Version], 404: Fault})
def list_versions(request: HttpRequest, api_key: str, key: str) -> Any:
    """The last hundred versions, the newest first."""
    row = _found(request, api_key, key)
    return [
        {
            "number": each.number,
            "author": each.author_name,
            "note": each.note,
            "created": each.created,
            "settings": settings_of(each),
        }
        for each in MessageVersion.objects.filter(message_type=row).order_by("-number")[:MOST_VERSIONS]
    ]


@router.post(
    "/games/{api_key}/{stage}/messages/{key}/test",
    response={201: TestSent, 404: Fault, 422: Fault},
    by_alias=True,
)
def send_test(request: HttpRequest, api_key: str, stage: Stage, key: str, test: TestSend) -> Any:
    """A real message to one player, marked as a test and not counted. Its trace tells what came of it."""
    place = enter(request, api_key, SEND_ONE, stage)
    _require(place.game, key)
    player = find_player(place.found_stage(), test.player)
    if player is None:
        raise Http404
    message_id = send_trial(
        place.found_stage(), Trial(key, player, test.data, test.variant), user_of(request)
    )
    return Status(201, {"messageId": message_id})


def _found(request: HttpRequest, api_key: str, key: str, change: bool = False) -> MessageType:
    place = enter(request, api_key, EDIT) if change else enter(request, api_key)
    _require(place.game, key)
    return message_type(place.game, key)


def _require(game: Any, key: str) -> None:
    if not is_known(game, key):
        raise Http404


def _message(row: MessageType) -> dict[str, Any]:
    return {"key": row.key, "version": number_of(row.current), "settings": settings_of(row.current)}
