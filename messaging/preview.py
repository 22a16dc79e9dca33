"""What a message would look like: the very rendering that players get, over sample data. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from messaging.field_catalogue import name_warnings, sample_fields
from messaging.payloads import render_payload
from messaging.rendering import CompiledMessage, CompiledTexts, render
from messaging.wire_documents import build_document
from players.facts import Recipient
from push.sizes import limit_of, payload_size

MESSAGE_ID = "5f2a9c1d4b7e8f0011223300"
RECIPIENT = Recipient(
    player_id="5f2a9c1d4b7e8f0011223344", user_name="ada", display_name="Ada", segments={"COUNTRY": "GB"}
)
# Settings' name of a provider → the provider and a device's OS.
PROVIDERS = {
    "ios": ("apns", "ios"),
    "android": ("fcm", "android"),
    "fcm": ("fcm", "fcm"),
    "kindle": ("adm", "kindle"),
    "windows": ("wns", "w8"),
    "web": ("web", "web"),
}


@dataclass(frozen=True, slots=True)
class PayloadPreview:
    """`size` and `limit` are bytes as the provider counts them."""

    text: str
    size: int
    limit: int


@dataclass(frozen=True, slots=True)
class Preview:
    """`document` and the payloads are indented JSON. `warnings` are sentences for developers."""

    title: str
    sub_title: str
    summary: str
    document: str
    payloads: dict[str, PayloadPreview]
    warnings: list[str]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def preview(
    message: CompiledMessage, variant: int | None = None, fields: Mapping[str, Any] | None = None
) -> Preview:
    """`fields` are the message's own, else samples of the catalogue's."""
    fields = sample_fields(message.message_class) if fields is None else fields
    texts = render(message, fields, RECIPIENT, variant=variant, message_id=MESSAGE_ID)
    prepared = build_document(
        message.message_class, message.ext_code, fields, texts, message.send_as_push, message.game_id
    )
    document = msgspec.json.decode(prepared.for_recipient(MESSAGE_ID, RECIPIENT.player_id))
    warnings = [*message.warnings, *_misspelt(message, message.texts_of(variant)), *texts.warnings]
    payloads = {}
    for name, (provider, device_os) in PROVIDERS.items():
        payload = render_payload(provider, device_os, message, document, variant, RECIPIENT)
        size = payload_size(provider, payload.value)
        payloads[name] = PayloadPreview(_indented(payload.value), size, limit_of(provider))
        warnings += payload.warnings
    return Preview(
        title=texts.title,
        sub_title=texts.sub_title,
        summary=texts.summary,
        document=_indented(document),
        payloads=payloads,
        warnings=list(dict.fromkeys(warnings)),
    )


def _misspelt(message: CompiledMessage, texts: CompiledTexts) -> Iterator[str]:
    chains = {"title": texts.title, "subTitle": texts.sub_title, "template": texts.summary}
    for name, chain in chains.items():
        for template in chain[:1]:
            for warning in name_warnings(message.message_class, template.uses):
                yield f"{name}: {warning}"


def _indented(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False)
