"""Every stored message class against the literal documents and payloads of samples/<class>.json."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from games.sections import Faults
from messaging.compiling import compile_message
from messaging.field_catalogue import message_classes, name_warnings
from messaging.payloads import render_payload
from messaging.rendering import choose_variant, render
from messaging.settings_shape import check_settings
from messaging.wire_documents import build_document
from players.facts import Recipient
from players.segment_queries import compile_query

SAMPLES = Path(__file__).parent.parent / "samples"
MESSAGE_ID, PLAYER_ID, GAME_ID = "0199a0c0d1e2f30405060708", "54d0b761e4b021c187558337", 7
QUERIES = {"FRENCH": compile_query({"segment": "COUNTRY", "is": "FR"})}
PROVIDERS = {"ios": "apns", "fcm": "fcm"}

CASES = [
    pytest.param(path, case, id=f"{path.stem}-{case}")
    for path in sorted(SAMPLES.glob("*.json"))
    for case in ("default", "custom", "variant")
]


def load(path: Path) -> dict[str, Any]:
    """With ids in the placeholders' places."""
    text = path.read_text()
    for placeholder, value in (("messageId", MESSAGE_ID), ("playerId", PLAYER_ID), ("gameId", GAME_ID)):
        text = text.replace(f'"${placeholder}"', json.dumps(value))
    sample: dict[str, Any] = json.loads(text)
    return sample


def recipient_of(player: Mapping[str, Any], french: bool) -> Recipient:
    return Recipient(
        PLAYER_ID,
        player["userName"],
        player["displayName"],
        segments=player["segments"] if french else {},
        script_data=player["scriptData"],
    )


def settings_of(sample: Mapping[str, Any], case: str) -> dict[str, Any]:
    faults = Faults()
    settings: dict[str, Any] = check_settings({} if case == "default" else sample["settings"], faults)
    assert faults.found == []
    return settings


@pytest.mark.parametrize(("path", "case"), CASES)
def test_sample(path: Path, case: str) -> None:
    sample = load(path)
    ext_code = sample.get("extCode")
    key = f"{sample['class']}_{ext_code}" if ext_code else sample["class"]
    message = compile_message(key, settings_of(sample, case), GAME_ID)
    recipient = recipient_of(sample["player"], french=case == "variant")

    variant = choose_variant(message, recipient, QUERIES)
    texts = render(message, sample["fields"], recipient, None, variant, MESSAGE_ID)
    prepared = build_document(sample["class"], ext_code, sample["fields"], texts, True, GAME_ID)
    document = json.loads(prepared.for_recipient(MESSAGE_ID, PLAYER_ID))
    payloads = {
        device_os: render_payload(provider, device_os, message, document, variant, recipient)
        for device_os, provider in PROVIDERS.items()
    }

    assert variant == (0 if case == "variant" else None)
    assert document == sample["expect"][case]["frame"]
    assert {name: rendered.value for name, rendered in payloads.items()} == sample["expect"][case]["push"]
    assert texts.warnings == ()
    assert [rendered.warnings for rendered in payloads.values()] == [(), ()]


def test_samples_cover_every_stored_class() -> None:
    stored = set(message_classes()) - {"SessionTerminatedMessage"}
    assert {path.stem for path in SAMPLES.glob("*.json")} == stored
    assert len(stored) == 28


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_sample_names_only_fields_of_the_catalogue(path: Path) -> None:
    sample = load(path)
    texts = compile_message(sample["class"], settings_of(sample, "custom")).texts
    uses = [
        use for chain in (texts.title, texts.sub_title, texts.summary) for each in chain for use in each.uses
    ]
    assert name_warnings(sample["class"], uses) == []
