"""What a message's settings come to, in words. Pure."""

from collections.abc import Mapping
from typing import Any

NOT_DELIVERED = ("wp8", "viber")  # types of devices that may register, and get no push
NAMES = {"ios": "iOS", "android": "Android", "fcm": "FCM", "kindle": "Kindle", "w8": "Windows", "web": "web"}


def outcome(settings: Mapping[str, Any]) -> str:
    """ "Online: socket only. Offline with a device: push, and in the inbox for 60 h."."""
    socket, push = settings["sendViaSocket"], settings["sendAsPush"]
    hours = settings["expireAfterHours"]
    if not socket and not push:
        return f"Inbox only: neither sent nor pushed, and listed there {_how_long(hours)}."
    return f"Online: {_online(settings)}. Offline{_with_device(settings)}: {_offline(settings)}."


def is_inbox_only(settings: Mapping[str, Any]) -> bool:
    return not settings["sendViaSocket"] and not settings["sendAsPush"]


def _online(settings: Mapping[str, Any]) -> str:
    if not settings["sendViaSocket"]:
        return f"push{_devices(settings)}, no socket"
    if not settings["sendAsPush"] or settings["suppressPushOnSocketSend"]:
        return "socket only"
    return f"socket and push{_devices(settings)}"


def _with_device(settings: Mapping[str, Any]) -> str:
    return " with a device" if settings["sendAsPush"] else ""


def _offline(settings: Mapping[str, Any]) -> str:
    hours, push = settings["expireAfterHours"], settings["sendAsPush"]
    if hours == 0:
        return f"push{_devices(settings)}, and not in the inbox" if push else "nothing"
    inbox = f"in the inbox {_how_long(hours)}"
    return f"push{_devices(settings)}, and {inbox}" if push else inbox


def _devices(settings: Mapping[str, Any]) -> str:
    chosen = [name for name in settings["deviceTypes"] if name not in NOT_DELIVERED]
    if not settings["deviceTypes"]:
        return ""
    return (
        f" to {_listed([NAMES[name] for name in chosen])} alone"
        if chosen
        else " to no device that can get one"
    )


def _how_long(hours: int) -> str:
    return f"for {hours:,} h" if hours else "for no time"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
