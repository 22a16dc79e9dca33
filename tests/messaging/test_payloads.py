import json
from typing import Any

import pytest

from messaging.compiling import compile_message
from messaging.payloads import push_payload, render_payload
from messaging.rendering import CompiledMessage
from messaging.settings_shape import DEFAULTS
from players.facts import Recipient
from push.sizes import payload_size

DOCUMENT: dict[str, Any] = {
    "@class": ".ScriptMessage",
    "data": {"gift": 3, "note": None, "items": ["die"]},
    "messageId": "m1",
    "notification": True,
    "playerId": "p1",
    "gameId": 7,
    "summary": "A gift",
    "title": "Hello",
    "subTitle": "You",
    "extCode": "DAILY_GIFT",
}
IDS = {"messageId": "m1", "class": "ScriptMessage", "extCode": "DAILY_GIFT"}
PLAIN = {"@class": ".FriendMessage", "who": "Ada", "messageId": "m1", "playerId": "p1", "summary": "Hi"}


def gift(**settings: Any) -> CompiledMessage:
    return compile_message("ScriptMessage_DAILY_GIFT", {**DEFAULTS, **settings})


@pytest.mark.parametrize(
    ("provider", "device_os", "payload"),
    [
        ("apns", "ios", {"aps": {"alert": {"title": "Hello", "subtitle": "You", "body": "A gift"}}, **IDS}),
        ("fcm", "android", {"notification": {"title": "Hello", "body": "A gift"}, "data": IDS}),
        ("fcm", "fcm", {"notification": {"title": "Hello", "body": "A gift"}, "data": IDS}),
        ("adm", "kindle", {"data": {"title": "Hello", "subTitle": "You", "message": "A gift", **IDS}}),
        ("wns", "w8", {"title": "Hello", "body": "A gift", **IDS}),
        ("web", "web", {"title": "Hello", "body": "A gift", **IDS}),
        ("viber", "viber", {"title": "Hello", "body": "A gift", **IDS}),
    ],
)
def test_standard_payload_of_each_provider(provider: str, device_os: str, payload: dict[str, Any]) -> None:
    assert push_payload(provider, device_os, gift(), DOCUMENT) == payload


def test_standard_payload_without_titles() -> None:
    assert push_payload("apns", "ios", gift(), PLAIN) == {
        "aps": {"alert": {"body": "Hi"}},
        "messageId": "m1",
        "class": "FriendMessage",
    }


@pytest.mark.parametrize(
    ("key", "device_os"),
    [
        ("ios", "ios"),
        ("android", "android"),
        ("fcm", "fcm"),
        ("kindle", "kindle"),
        ("windows", "w8"),
        ("windows", "wp8"),
        ("web", "web"),
    ],
)
def test_developers_json_is_chosen_by_device_type(key: str, device_os: str) -> None:
    message = gift(json={key: {"aps": {"alert": "${summary}: ${data.gift}"}, "n": "${data.gift}"}})
    payload = push_payload("web", device_os, message, DOCUMENT)
    assert payload == {"aps": {"alert": "A gift: 3"}, "n": 3, **IDS}


def test_developers_json_for_one_device_type_leaves_the_others_alone() -> None:
    message = gift(json={"android": {"data": {"a": "b"}}})
    assert push_payload("fcm", "fcm", message, DOCUMENT)["notification"] == {
        "title": "Hello",
        "body": "A gift",
    }


def test_data_of_fcm_and_adm_is_texts() -> None:
    data = {
        "gift": "${data.gift}",
        "note": "${data.note}",
        "items": "${data.items}",
        "yes": True,
        "half": 0.5,
    }
    message = gift(json={"fcm": {"data": data}, "kindle": {"data": data}})
    expected = {**IDS, "gift": "3", "note": "", "items": '["die"]', "yes": "true", "half": "0.5"}
    assert push_payload("fcm", "fcm", message, DOCUMENT) == {"data": expected}
    assert push_payload("adm", "kindle", message, DOCUMENT) == {"data": expected}


def test_developers_own_ids_stay() -> None:
    message = gift(json={"ios": {"aps": {}, "class": "own"}, "fcm": {"data": {"messageId": "own"}}})
    assert push_payload("apns", "ios", message, DOCUMENT) == {"aps": {}, **IDS, "class": "own"}
    assert push_payload("fcm", "fcm", message, DOCUMENT) == {"data": {**IDS, "messageId": "own"}}


def test_fcm_payload_never_says_whom_it_goes_to() -> None:
    message = gift(json={"fcm": {"token": "x", "topic": "y", "condition": "z", "name": "n", "data": {}}})
    assert push_payload("fcm", "fcm", message, DOCUMENT) == {"data": IDS}


def test_payload_reads_the_recipient_where_it_is_known() -> None:
    message = gift(json={"ios": {"aps": {"alert": "${player.displayName} ${player.online}"}}})
    lea = Recipient("p1", "lea", 'L"éa')
    payload = push_payload("apns", "ios", message, DOCUMENT, recipient=lea)
    assert payload["aps"] == {"alert": 'L"éa false'}


def test_variants_json_wins_over_the_types_own() -> None:
    variant = {
        "segmentQuery": "F",
        "template": "",
        "title": "",
        "subTitle": "",
        "json": {"ios": {"aps": {"a": 2}}},
    }
    message = gift(json={"ios": {"aps": {"a": 1}}, "web": {"w": 1}}, variants=[variant])
    assert push_payload("apns", "ios", message, DOCUMENT, 0)["aps"] == {"a": 2}
    assert push_payload("apns", "ios", message, DOCUMENT)["aps"] == {"a": 1}
    assert push_payload("web", "web", message, DOCUMENT, 0)["w"] == 1


def test_json_that_does_not_render_gives_way_with_a_warning() -> None:
    broken = {"aps": {"alert": "{% if summary < 3 %}x{% endif %}"}}
    variant = {"segmentQuery": "F", "template": "", "title": "", "subTitle": "", "json": {"ios": broken}}
    words = "json.ios: does not render: '<' not supported between instances of 'str' and 'int'"

    behind = render_payload("apns", "ios", gift(json={"ios": {"aps": {}}}, variants=[variant]), DOCUMENT, 0)
    assert behind.value == {"aps": {}, **IDS}
    assert behind.warnings == (words,)

    standard = render_payload("apns", "ios", gift(json={"ios": broken}), DOCUMENT)
    assert standard.value["aps"]["alert"]["body"] == "A gift"
    assert standard.warnings == (words,)


def test_json_that_is_too_large_gives_way_with_a_warning() -> None:
    message = gift(json={"ios": {"aps": {}, "all": "${data}"}})
    rendered = render_payload("apns", "ios", message, {**DOCUMENT, "data": {"x": "y" * 5000}})
    assert rendered.value["aps"] == {"alert": {"title": "Hello", "subtitle": "You", "body": "A gift"}}
    assert rendered.warnings == ("json.ios: 5089 bytes are more than apns takes",)
    assert rendered.note == "json.ios: 5089 bytes are more than apns takes."
    assert (rendered.own, rendered.refused) == (False, 5089)


def test_json_may_be_as_large_as_the_provider_takes() -> None:
    """To the byte: what push would fill in has to give way."""
    empty = render_payload("apns", "ios", gift(json={"ios": {"aps": {}, "all": ""}}), DOCUMENT).value
    room = 4096 - payload_size("apns", empty)
    fits = gift(json={"ios": {"aps": {}, "all": "x" * room}})
    rendered = render_payload("apns", "ios", fits, DOCUMENT)
    assert (payload_size("apns", rendered.value), rendered.own, rendered.refused) == (4096, True, 0)
    one_more = gift(json={"ios": {"aps": {}, "all": "x" * (room + 1)}})
    rendered = render_payload("apns", "ios", one_more, DOCUMENT)
    assert (rendered.own, rendered.refused) == (False, 4097)


LIMITS = {"apns": 4096, "fcm": 4096, "adm": 6144, "wns": 5000, "web": 3993}
LONG = ["😀" * 3000, "\x1f" * 3000, "x" * 9000, '"' * 6000, "&" * 9000]
# A toast is XML, in which control characters have no place: nothing is left that would be too long.
CASES = [(name, text) for name in LIMITS for text in LONG if (name, text[0]) != ("wns", "\x1f")]


@pytest.mark.parametrize(("provider", "text"), CASES, ids=range(len(CASES)))
def test_long_text_is_shortened_until_the_provider_takes_it(provider: str, text: str) -> None:
    payload = push_payload(provider, "viber", gift(), {**DOCUMENT, "summary": text})
    assert LIMITS[provider] - 200 < payload_size(provider, payload) <= LIMITS[provider]
    assert "…" in json.dumps(payload, ensure_ascii=False)


def test_attempts_are_told_what_was_shortened() -> None:
    rendered = render_payload("apns", "ios", gift(), {**DOCUMENT, "summary": "x" * 5000})
    kept = len(rendered.value["aps"]["alert"]["body"]) - 1
    assert rendered.note == f"The summary was shortened from 5000 characters to {kept}."
    assert render_payload("apns", "ios", gift(), DOCUMENT).note == ""


def test_what_no_shortening_helps_is_left_for_the_transport_to_refuse() -> None:
    rendered = render_payload("apns", "ios", gift(), {**DOCUMENT, "title": "x" * 5000})
    assert rendered.value["aps"]["alert"]["body"] == "…"
    assert payload_size("apns", rendered.value) > 4096
    assert rendered.note == "The summary was shortened from 6 characters to 0."
