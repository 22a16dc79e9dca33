"""What may stand in a message's settings (game-config.md, `messages`), every fault with its path."""

from typing import Any

from games.sections import Faults
from games.shapes import Check, Default, Fields, array, choice, flag, number, shape, text
from messaging.field_catalogue import message_classes
from messaging.json_templates import JsonTemplateFault, compile_json
from messaging.language import TemplateFault, compile_template
from messaging.payloads import ADDRESSES
from messaging.rendering import SUMMARY_LENGTH, TITLE_LENGTH
from players.segment_queries import check_query

DEVICE_TYPES = ("ios", "android", "fcm", "kindle", "w8", "wp8", "viber", "web")
PROVIDERS = ("ios", "android", "fcm", "kindle", "windows", "web")
LONGEST_EXPIRY = 8760  # hours: a year
MOST_VARIANTS = 50
EXTENSION_PATTERN = r"[A-Z][A-Z0-9_]{0,63}"


class SettingsFault(ValueError):
    """Settings that cannot be saved. `faults` are lines `path: message`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def template(max_length: int) -> Check:
    """A text template; `max_length` of what it renders, in characters."""

    def check(value: Any, faults: Faults) -> Any:
        if not isinstance(value, str):
            faults.add("expected a text")
            return value
        try:
            compile_template(value, max_length)
        except TemplateFault as fault:
            faults.add(str(fault))
        return value

    return check


def payload_check(provider: str) -> Check:
    """A provider's payload template, or null for the standard payload."""

    def check(value: Any, faults: Faults) -> Any:
        if value is None:
            return None
        if not isinstance(value, dict):
            faults.add("expected an object or null")
            return value
        if provider == "ios" and not isinstance(value.get("aps"), dict):
            faults.at("aps").add("required: an object")
        for key in sorted(ADDRESSES & value.keys()) if provider in ("android", "fcm") else ():
            faults.at(key).add("not allowed: the server chooses the device")
        try:
            compile_json(value)
        except JsonTemplateFault as fault:
            Faults(f"{faults.path}{fault.path}", faults.found).add(str(fault.fault))
        return value

    return check


_PAYLOADS = shape({provider: Default(None, payload_check(provider)) for provider in PROVIDERS})


def _payloads(value: Any, faults: Faults) -> Any:
    """Only those that are set."""
    given = _PAYLOADS(value, faults)
    if not isinstance(given, dict):
        return given
    return {key: each for key, each in given.items() if each is not None}


def _segment_query(value: Any, faults: Faults) -> Any:
    """A query's short code, or a tree of its own. Whether the code exists is the section's to say."""
    if isinstance(value, dict):
        check_query(value, faults)
    elif not isinstance(value, str) or not value:
        faults.add("expected a segment query's short code, or a query")
    return value


_TEXTS: Fields = {
    "template": Default("", template(SUMMARY_LENGTH)),
    "title": Default("", template(TITLE_LENGTH)),
    "subTitle": Default("", template(TITLE_LENGTH)),
    "json": Default({}, _payloads),
}


def _device_types(value: Any, faults: Faults) -> Any:
    """Each once, in the order of DEVICE_TYPES, so that the same choice is the same data."""
    chosen = array(choice(*DEVICE_TYPES))(value, faults)
    return [name for name in DEVICE_TYPES if name in chosen] if isinstance(chosen, list) else chosen


SETTINGS: Fields = {
    "sendViaSocket": Default(True, flag),
    "sendAsPush": Default(True, flag),
    "suppressPushOnSocketSend": Default(True, flag),
    "includeInPushCount": Default(True, flag),
    "expireAfterHours": Default(60, number(0, LONGEST_EXPIRY, whole=True)),
    "deviceTypes": Default([], _device_types),
    **_TEXTS,
    "variants": Default([], array(shape({"segmentQuery": _segment_query, **_TEXTS}), most=MOST_VARIANTS)),
}
check_settings = shape(SETTINGS)
MESSAGE: Fields = {"shortCode": choice(*message_classes()), **SETTINGS}
EXTENSION: Fields = {
    "shortCode": text(64, 1, EXTENSION_PATTERN, "capital letters, digits and _, a letter first"),
    "name": Default("", text(100)),
    "description": Default("", text(2000)),
    **SETTINGS,
}
DEFAULTS: dict[str, Any] = check_settings({}, Faults())
