"""What SendMessageRequest and BroadcastRequest have in common: the message, and its settings for one send."""

import msgspec

from games.config import GameConfig
from games.events import Overrides
from protocol.schemas.flint import Sending
from push.providers import DEVICE_TYPES

MOST_DATA_BYTES = 64 * 1024
MOST_HOURS = 8760
MOST_TEXT = 1000


def sending_faults(data: Sending, config: GameConfig) -> dict[str, str]:
    """Code by field; the audience, but for the segment query's code, is the caller's to check."""
    faults: dict[str, str] = {}
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


def overrides_of(data: Sending) -> Overrides | None:
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
