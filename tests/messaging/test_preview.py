"""Previews: rendered as for players, with the bytes that each provider counts."""

from typing import Any

import pytest

from messaging.compiling import compile_message
from messaging.device_texts import DeviceTexts
from messaging.preview import Scene, preview
from messaging.rendering import CompiledMessage
from messaging.settings_shape import DEFAULTS
from messaging.stress import NAMES, masked_fields, stressed_fields, stressed_recipient
from players.facts import Recipient

ANA = Recipient("5f2a9c1d4b7e8f0011223355", "ana", "Ana", segments={"LANGUAGE": "FR"})


def friend(**settings: Any) -> CompiledMessage:
    return compile_message("FriendMessage", {**DEFAULTS, **settings})


def variant(**texts: Any) -> dict[str, Any]:
    return {"segmentQuery": "FRENCH", "title": "", "subTitle": "", "template": "", "json": {}, **texts}


def test_preview_shows_what_each_device_gets() -> None:
    shown = preview(friend(title="From ${who}", subTitle="S", template="${message}"))
    assert (shown.title, shown.sub_title, shown.summary) == ("From Ada", "S", "See you at eight?")
    by_device = {name: payload.shown for name, payload in shown.payloads.items()}
    assert by_device["ios"] == DeviceTexts("From Ada", "S", "See you at eight?")
    assert by_device["android"] == by_device["web"] == DeviceTexts("From Ada", body="See you at eight?")
    assert '"summary": "See you at eight?"' in shown.document
    assert {name: (payload.limit, payload.own) for name, payload in shown.payloads.items()} == {
        "ios": (4096, False),
        "android": (4096, False),
        "fcm": (4096, False),
        "kindle": (6144, False),
        "windows": (5000, False),
        "web": (3993, False),
    }


@pytest.mark.parametrize(
    ("over", "size", "fate"),
    [
        (0, 4096, ""),
        (1, 4097, "4,097 bytes are 1 too many: the payload built from the texts is sent instead."),
    ],
)
def test_customised_payload_is_counted_to_the_byte_as_it_is_sent(over: int, size: int, fate: str) -> None:
    fields = {"who": "Zoë 👩‍🚀", "message": "m"}
    bare = preview(friend(json={"ios": {"aps": {}, "x": "${who}"}}), None, Scene(fields))
    filled = {"aps": {}, "x": "${who}" + "x" * (4096 - bare.payloads["ios"].size + over)}
    payload = preview(friend(json={"ios": filled}), None, Scene(fields)).payloads["ios"]
    assert (payload.size, payload.own, payload.fate) == (size, True, fate)


def test_longest_variant_is_named() -> None:
    message = friend(template="short", variants=[variant(), variant(template="much longer than that")])
    payload = preview(message).payloads["web"]
    assert payload.longest == payload.size + len("much longer than that") - len("short")
    assert payload.longest_variant == 1


def test_preview_is_for_the_player_of_its_scene() -> None:
    scene = Scene({"who": "Bo"}, ANA, online=True)
    message = friend(template="${player.displayName} ${player.online} ${player.segments.LANGUAGE} ${who}")
    assert preview(message, None, scene).summary == "Ana true FR Bo"


def test_missing_fields_are_warned_of() -> None:
    assert preview(friend(template="${message}!"), None, Scene({"who": "Bo"})).warnings == [
        'template: "message" is not in the message'
    ]


def test_stress_puts_a_name_wherever_one_is() -> None:
    fields = {"who": "Bo", "message": "Hi", "challenge": {"challenger": {"name": "Cy", "id": "1"}}, "n": [1]}
    assert stressed_fields(fields, "W") == {
        "who": "W",
        "message": "Hi",
        "challenge": {"challenger": {"name": "W", "id": "1"}},
        "n": [1],
    }
    assert stressed_recipient(ANA, NAMES["long"]).display_name == "W" * 40


def test_masked_texts_keep_their_length_alone() -> None:
    assert masked_fields({"who": "Bo B.", "n": 7, "deep": [{"x": "né"}]}) == {
        "who": "•• •.",
        "n": 7,
        "deep": [{"x": "••"}],
    }
