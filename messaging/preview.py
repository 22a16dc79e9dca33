"""What a message would look like: the very rendering that players get, over sample data. Pure."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import msgspec

from messaging.device_texts import DeviceTexts, texts_shown
from messaging.field_catalogue import sample_fields
from messaging.payloads import RenderedPayload, render_payload
from messaging.rendering import CompiledMessage, Texts, render
from messaging.text_warnings import misspelt
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
INSTEAD = "too many: the payload built from the texts is sent instead."


@dataclass(frozen=True, slots=True)
class PayloadPreview:
    """`size` and `limit` are bytes as the provider counts them; `text` is what is sent.

    `own`: developers' JSON is configured; what of it is too large has its `size` all the same, and `fate`
    says what becomes of it. `longest` is the largest size over all variants, `longest_variant` which one's
    (None is the type's own).
    """

    text: str
    size: int
    limit: int
    own: bool
    fate: str
    shown: DeviceTexts
    longest: int
    longest_variant: int | None


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


@dataclass(frozen=True, slots=True)
class Scene:
    """Whom the previewed message is for, and what it is about; `fields` None are samples of the catalogue."""

    fields: Mapping[str, Any] | None = None
    recipient: Recipient = field(default=RECIPIENT)
    message_id: str = MESSAGE_ID
    online: bool = False


def preview(message: CompiledMessage, variant: int | None = None, scene: Scene | None = None) -> Preview:
    scene = scene or Scene()
    view = _View(message, scene)
    texts, document = view.document(variant)
    misspelt_names = misspelt(message.message_class, message.texts_of(variant))
    payloads, warnings = {}, [*message.warnings, *misspelt_names, *texts.warnings]
    for name in PROVIDERS:
        payload = view.payload(name, variant)
        payloads[name] = view.payload_preview(name, variant, payload)
        warnings += payload.warnings
    return Preview(
        title=texts.title,
        sub_title=texts.sub_title,
        summary=texts.summary,
        document=_indented(document),
        payloads=payloads,
        warnings=list(dict.fromkeys(warnings)),
    )


class _View:
    """One message over one scene; each variant's document is made once."""

    def __init__(self, message: CompiledMessage, scene: Scene) -> None:
        self.message, self.scene = message, scene
        given = scene.fields
        self.fields = sample_fields(message.message_class) if given is None else given
        self._documents: dict[int | None, tuple[Texts, dict[str, Any]]] = {}

    def document(self, variant: int | None) -> tuple[Texts, dict[str, Any]]:
        if variant not in self._documents:
            self._documents[variant] = self._make(variant)
        return self._documents[variant]

    def payload(self, name: str, variant: int | None) -> RenderedPayload:
        _, document = self.document(variant)
        recipient, online = self.scene.recipient, self.scene.online
        return render_payload(*PROVIDERS[name], self.message, document, variant, recipient, online)

    def payload_preview(self, name: str, variant: int | None, payload: RenderedPayload) -> PayloadPreview:
        provider = PROVIDERS[name][0]
        variants = (None, *range(len(self.message.variants)))
        sizes = {each: _size(provider, self.payload(name, each)) for each in variants}
        longest = max(sizes, key=lambda each: sizes[each])
        return PayloadPreview(
            text=_indented(payload.value),
            size=_size(provider, payload),
            limit=limit_of(provider),
            own=bool(payload.own or payload.refused),
            fate=_fate(provider, payload),
            shown=texts_shown(provider, payload.value),
            longest=sizes[longest],
            longest_variant=longest,
        )

    def _make(self, variant: int | None) -> tuple[Texts, dict[str, Any]]:
        message, scene = self.message, self.scene
        texts = render(
            message,
            self.fields,
            scene.recipient,
            variant=variant,
            message_id=scene.message_id,
            online=scene.online,
        )
        prepared = build_document(
            message.message_class,
            message.ext_code,
            self.fields,
            texts,
            message.send_as_push,
            message.game_id,
        )
        document = prepared.for_recipient(scene.message_id, scene.recipient.player_id)
        return texts, msgspec.json.decode(document)


def _size(provider: str, payload: RenderedPayload) -> int:
    return payload.refused or payload_size(provider, payload.value)


def _fate(provider: str, payload: RenderedPayload) -> str:
    """What becomes of what does not fit, at the moment that it is sent."""
    limit, size = limit_of(provider), payload_size(provider, payload.value)
    if payload.refused:
        return f"{payload.refused:,} bytes are {payload.refused - limit:,} {INSTEAD}"
    if size > limit:
        return f"{size:,} bytes are {size - limit:,} too many: the provider would refuse it."
    return payload.note


def _indented(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False)
