"""What a platform event says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OWN_TEXTS = -1  # as a variant: the type's own texts


@dataclass(frozen=True, slots=True)
class Overrides:
    """Settings of the message that one send replaces; None leaves the configured value.

    `variant` is the index of a segment variant, or OWN_TEXTS: for everybody, whatever their segments.
    """

    title: str | None = None
    sub_title: str | None = None
    summary: str | None = None
    send_via_socket: bool | None = None
    send_as_push: bool | None = None
    suppress_push_on_socket_send: bool | None = None
    include_in_push_count: bool | None = None
    expire_after_hours: int | None = None
    device_types: tuple[str, ...] | None = None
    variant: int | None = None


@dataclass(frozen=True, slots=True)
class PlatformEvent:
    """One message class to one audience of one stage.

    `message_class` as in messages.json, without a dot. `ext_code` only with ScriptMessage.
    The audience is `player_ids`, or `query` (a segment query's short code), or `everybody` on the stage.
    `data` are the class's own fields, JSON types only; wire field names.
    `per_player` adds fields for one recipient (`{player_id: fields}`), such as a rank.
    `origin` says who sent it, for the trace: `{"request": "SendFriendMessageRequest", "playerId": …}`.
    `test`: it is left out of what is counted. `later`: a worker expands it, however small its audience:
    pages have no run to flush.
    """

    stage_id: int
    message_class: str
    data: Mapping[str, Any]
    player_ids: tuple[str, ...] = ()
    query: str | None = None
    everybody: bool = False
    ext_code: str | None = None
    per_player: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    overrides: Overrides | None = None
    origin: Mapping[str, Any] = field(default_factory=dict)
    test: bool = False
    later: bool = False
