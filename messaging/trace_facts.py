"""What a trace says of a message's settings, its audience and the decision about a copy, in words."""

import json
from typing import Any

from messaging.decision_inputs import Seen, seen
from messaging.models import Broadcast, Message, PlayerMessage
from messaging.reasons import Reason
from messaging.settings_shape import DEFAULTS

_SETTINGS = {
    "send_via_socket": "sendViaSocket",
    "send_as_push": "sendAsPush",
    "suppress_push_on_socket_send": "suppressPushOnSocketSend",
    "expire_after_hours": "expireAfterHours",
    "device_types": "deviceTypes",
}
# Reasons that say nothing of whether the player was there.
_ENDED_OTHERWISE = frozenset(
    {"cancelled_by_script", "dismissed", "expired", "suppressed_blocked", "suppressed_restored"}
)


def origin_words(message: Message) -> str:
    origin: dict[str, Any] = json.loads(message.origin)
    who = origin.get("playerId") or origin.get("credential") or origin.get("user")
    if script := origin.get("script"):
        line = "" if origin.get("line") is None else f", line {origin['line']}"
        return f"the script {script}{line}" + (f" of {origin['player']}" if origin.get("player") else "")
    what = origin.get("request") or origin.get("event") or "the server"
    return f"{what} of {who}" if who else str(what)


def audience_words(message: Message) -> str:
    broadcast: Broadcast | None = getattr(message, "broadcast", None)
    if broadcast is None or broadcast.audience == Broadcast.Audience.PLAYERS:
        count = message.reached
        return f"to {count:,} player{'' if count == 1 else 's'} by id"
    if broadcast.audience == Broadcast.Audience.ALL:
        return f"to all players, {broadcast.expanded:,} so far"
    return f"to the players of the segment query {broadcast.query}, {broadcast.expanded:,} so far"


def settings_of_send(message: Message) -> dict[str, Any]:
    """The delivery settings in force for it: of its version, under its own overrides. By model's name."""
    overrides = json.loads(message.overrides) if message.overrides else {}
    version = message.version
    own = {
        name: DEFAULTS[wire] if version is None else getattr(version, name)
        for name, wire in _SETTINGS.items()
    }
    return {**own, **{name: overrides[name] for name in own if overrides.get(name) is not None}}


def settings_words(message: Message) -> str:
    """`socket on, push on but not when the socket got it, to android alone, kept for 60 h`."""
    found = settings_of_send(message)
    push = "push off"
    if found["send_as_push"]:
        push = "push on"
        if found["send_via_socket"] and found["suppress_push_on_socket_send"]:
            push += " but not when the socket got it"
        if found["device_types"]:
            push += f", to {listed(found['device_types'])} alone"
    hours = found["expire_after_hours"]
    kept = f"kept for {hours} h" if hours else "for those online alone"
    return f"socket {'on' if found['send_via_socket'] else 'off'}, {push}, {kept}"


def decision_words(row: PlayerMessage) -> str:
    """What was decided on; empty where it is not decided yet, or something else ended it."""
    saw = seen(row.decided)
    if not row.reason or (saw is None and row.reason in _ENDED_OTHERWISE):
        return ""
    return f"decided on: {_presence(row, saw)}; {_devices(row, saw)}; {settings_words(row.message)}"


def specified(row: PlayerMessage, reason: Reason) -> Reason:
    """The reason's sentence with the very devices and types that it is about, where they are known."""
    saw = seen(row.decided)
    if row.reason != "suppressed_device_type" or saw is None:
        return reason
    types = settings_of_send(row.message)["device_types"]
    if not types:
        return reason
    had = f"the devices were {listed(saw.devices)}"
    if len(saw.devices) == 1:
        had = f"the only device was {_a(saw.devices[0])}"
    return Reason(f"Not pushed: {had} and this message is restricted to {listed(types)}.", reason.remedy)


def _presence(row: PlayerMessage, saw: Seen | None) -> str:
    """From what was noted; else from the reason, which only one presence leads to."""
    online = row.reason in ("delivered_socket", "confirmed_socket") if saw is None else saw.online
    return "the player was online" if online else "the player was away"


def _devices(row: PlayerMessage, saw: Seen | None) -> str:
    if saw is not None:
        return f"devices {listed(saw.devices)}"
    return "no device" if row.reason == "no_device" else "devices were not asked for"


def listed(names: Any) -> str:
    """`ios`, `ios and web`, `ios, kindle and web`."""
    found = [str(each) for each in dict.fromkeys(names)]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"


def _a(device_os: str) -> str:
    return f"an {device_os} device" if device_os[:1] in "aeiou" else f"a {device_os} device"
