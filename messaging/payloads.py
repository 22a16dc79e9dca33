"""A push's payload: the standard one made from the texts, or the developers' own JSON with variables.

The shape is each provider's: for apns the document with `aps`, for fcm the fields of `message` without the
token, for adm the fields beside the registration id, for wns, web and viber an object of our own. Every
payload carries `messageId`, `class` (without the dot) and, for an extension, `extCode`.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from messaging.language import TemplateFailed
from messaging.rendering import CompiledMessage, player_context
from messaging.shortening import Shortened, shorten
from messaging.template_values import as_text
from players.facts import Recipient
from push.sizes import limit_of, payload_size

Payload = dict[str, Any]

JSON_KEY = {
    "ios": "ios",
    "android": "android",
    "fcm": "fcm",
    "kindle": "kindle",
    "w8": "windows",
    "wp8": "windows",
    "web": "web",
}
# What push fills in where there is room: the badge (FCM's takes 51 bytes and its digits) and the receipt. The
# standard payload leaves room for both; developers' JSON gives way to neither.
ROOM_TO_FILL = 64 + 128
ADDRESSES = frozenset({"token", "topic", "condition", "name"})  # whom fcm sends to: ours to say


class RenderedPayload(NamedTuple):
    """`warnings` are sentences for developers; `note`, for the push's attempts, says what did not fit.

    `own`: it is the developers' JSON. `refused` are the bytes of the first of theirs that was too large.
    """

    value: Payload
    warnings: tuple[str, ...] = ()
    note: str = ""
    own: bool = False
    refused: int = 0


def push_payload(
    provider: str,
    device_os: str,
    message: CompiledMessage,
    document: Mapping[str, Any],
    variant: int | None = None,
    recipient: Recipient | None = None,
    online: bool = False,
) -> Payload:
    """The payload alone; see `render_payload`."""
    rendered = render_payload(provider, device_os, message, document, variant, recipient, online)
    return rendered.value


def render_payload(
    provider: str,
    device_os: str,
    message: CompiledMessage,
    document: Mapping[str, Any],
    variant: int | None = None,
    recipient: Recipient | None = None,
    online: bool = False,
) -> RenderedPayload:
    """The payload with its warnings. `document` is the wire document that the player's inbox keeps.

    The developers' JSON reads the document's fields, its texts and ids among them, and `player` where the
    `recipient` is given. What does not render, or is larger than the provider takes, gives way to the JSON
    behind it, at last to the standard payload, whose text is shortened until it fits.
    """
    warnings: list[str] = []
    too_large: list[str] = []
    refused = 0
    key = JSON_KEY.get(device_os, "")
    context: Mapping[str, Any] = {"title": "", "subTitle": "", **document}
    if recipient is not None:
        context = {**context, "player": player_context(recipient, online)}
    for template in message.texts_of(variant).json.get(key, ()):
        try:
            value, noticed = template.render(context)
        except TemplateFailed as failed:
            warnings.append(f"json.{key}: does not render: {failed}")
            continue
        warnings.extend(f"json.{key}: {each}" for each in noticed)
        payload = _identified(provider, value, document)
        size = payload_size(provider, payload)
        if size <= limit_of(provider):
            return RenderedPayload(payload, tuple(warnings), _note(too_large), True, refused)
        refused = refused or size
        too_large.append(f"json.{key}: {size} bytes are more than {provider} takes")
        warnings.append(too_large[-1])
    standard = standard_payload(provider, document)
    note = _note([*too_large, standard.note])
    return RenderedPayload(standard.value, tuple(warnings), note, False, refused)


def standard_payload(provider: str, document: Mapping[str, Any]) -> RenderedPayload:
    """Made from the document's texts; the longest, the summary, is shortened until the provider takes it.

    One that is too large even so is for the transport to refuse, by the provider's exact limit.
    """
    build = _STANDARD.get(provider, _plain)

    def payload(body: str) -> Payload:
        return _identified(provider, build(document, body), document)

    def fits(body: str) -> bool:
        return payload_size(provider, payload(body)) <= limit_of(provider) - ROOM_TO_FILL

    summary: Shortened = shorten(str(document["summary"]), fits)
    return RenderedPayload(payload(summary.text), note=summary.note)


def _note(sentences: list[str]) -> str:
    return " ".join(f"{sentence.rstrip('.')}." for sentence in sentences if sentence)


def _apns(document: Mapping[str, Any], body: str) -> Payload:
    return {"aps": {"alert": {**_texts(document, title="title", subTitle="subtitle"), "body": body}}}


def _fcm(document: Mapping[str, Any], body: str) -> Payload:
    return {"notification": {**_texts(document, title="title"), "body": body}, "data": {}}


def _adm(document: Mapping[str, Any], body: str) -> Payload:
    return {"data": {**_texts(document, title="title", subTitle="subTitle"), "message": body}}


def _plain(document: Mapping[str, Any], body: str) -> Payload:
    return {**_texts(document, title="title"), "body": body}


_STANDARD: Mapping[str, Callable[[Mapping[str, Any], str], Payload]] = {
    "apns": _apns,
    "fcm": _fcm,
    "adm": _adm,
}


def _texts(document: Mapping[str, Any], **names: str) -> Payload:
    return {theirs: document[ours] for ours, theirs in names.items() if document.get(ours)}


def _identified(provider: str, payload: Payload, document: Mapping[str, Any]) -> Payload:
    """With what an opened app needs to find the message; the developers' own keys stay."""
    ids = {"messageId": document["messageId"], "class": str(document["@class"]).removeprefix(".")}
    if "extCode" in document:
        ids["extCode"] = document["extCode"]
    if provider not in ("fcm", "adm"):
        return {**payload, **{key: value for key, value in ids.items() if key not in payload}}
    data = payload.get("data")
    texts = {key: as_text(value) for key, value in data.items()} if isinstance(data, dict) else {}
    kept = {key: value for key, value in payload.items() if key not in ADDRESSES}
    return {**kept, "data": {**ids, **texts}}
