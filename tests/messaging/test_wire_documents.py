import timeit
from typing import Any

import pytest

from messaging.rendering import Texts
from messaging.wire_documents import build_document

FIELDS: dict[str, Any] = {"fromId": "f1", "message": 'say "hi" 😀', "who": "Ada", "empty": None}


def test_document_has_its_keys_in_this_order() -> None:
    prepared = build_document(
        "ScriptMessage",
        "DAILY_GIFT",
        {"data": {"gift": 1, "none": None}, "scriptData": {"campaign": "spring"}},
        Texts("A title", "A subtitle", "A summary"),
        True,
        42,
    )
    assert prepared.for_recipient("m1", "p1") == (
        '{"@class":".ScriptMessage","data":{"gift":1,"none":null},"messageId":"m1","notification":true,'
        '"playerId":"p1","gameId":42,"summary":"A summary","title":"A title","subTitle":"A subtitle",'
        '"extCode":"DAILY_GIFT","scriptData":{"campaign":"spring"}}'
    )


def test_document_leaves_out_what_is_empty() -> None:
    prepared = build_document("FriendMessage", None, FIELDS, Texts("", "", "FriendMessage"), False, 1)
    assert prepared.for_recipient("m1", "p1") == (
        '{"@class":".FriendMessage","fromId":"f1","message":"say \\"hi\\" 😀","who":"Ada","messageId":"m1",'
        '"notification":false,"playerId":"p1","gameId":1,"summary":"FriendMessage"}'
    )


def test_document_without_fields_of_its_own() -> None:
    prepared = build_document("UploadCompleteMessage", None, {}, Texts("", "", "Done"), True, 1)
    assert prepared.for_recipient("m1", "p1") == (
        '{"@class":".UploadCompleteMessage","messageId":"m1","notification":true,"playerId":"p1","gameId":1,'
        '"summary":"Done"}'
    )


def test_recipients_own_fields_are_added_and_win() -> None:
    prepared = build_document("NewHighScoreMessage", None, {"rank": 9, "a": 1}, Texts("", "", "S"), True, 1)
    assert prepared.for_recipient("m1", "p1", {"rank": 2, "you": {"b": 3}}) == (
        '{"@class":".NewHighScoreMessage","rank":2,"a":1,"you":{"b":3},"messageId":"m1","notification":true,'
        '"playerId":"p1","gameId":1,"summary":"S"}'
    )
    assert '"rank":9' in prepared.for_recipient("m2", "p2")


@pytest.mark.parametrize(
    "name",
    ["@class", "messageId", "playerId", "gameId", "summary", "authToken", "requestId", "error", "connectUrl"],
)
def test_fields_cannot_take_the_place_of_the_documents_own(name: str) -> None:
    texts = Texts("", "", "S")
    plain = build_document("FriendMessage", None, {"who": "Ada"}, texts, True, 1)
    forged = build_document("FriendMessage", None, {name: "forged", "who": "Ada"}, texts, True, 1)
    assert forged.for_recipient("m1", "p1") == plain.for_recipient("m1", "p1")
    assert plain.for_recipient("m1", "p1", {name: "forged"}) == plain.for_recipient("m1", "p1")


def test_id_that_is_not_alphanumeric_is_escaped() -> None:
    prepared = build_document("FriendMessage", None, {}, Texts("", "", "S"), True, 1)
    assert '"playerId":"a\\"b"' in prepared.for_recipient("m1", 'a"b')


@pytest.mark.parametrize("script_data", [{}, [], "x", None])
def test_script_data_travels_only_as_a_set_object(script_data: Any) -> None:
    prepared = build_document("FriendMessage", None, {"scriptData": script_data}, Texts("", "", "S"), True, 1)
    assert "scriptData" not in prepared.for_recipient("m1", "p1")


def test_splicing_takes_at_most_three_microseconds() -> None:
    prepared = build_document("FriendMessage", None, FIELDS, Texts("T", "", "S"), True, 1)
    seconds = min(timeit.repeat(lambda: prepared.for_recipient("0" * 24, "1" * 24), number=100, repeat=100))
    assert seconds * 10_000 < 3
