import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.frames import MalformedFrame
from protocol.secure import escape_ascii, hmac_equal, hmac_for, shift, unshift, unwrap, wrap


def client_shift(text: str) -> str:
    """What the C# client does to a text: its UTF-16 units plus 10, reversed, unpaired units and all."""
    raw = text.encode("utf-16-le", "surrogatepass")
    units = [int.from_bytes(raw[at : at + 2], "little") for at in range(0, len(raw), 2)]
    shifted = [(unit + 10) % 65536 for unit in reversed(units)]
    return b"".join(unit.to_bytes(2, "little") for unit in shifted).decode("utf-16-le", "surrogatepass")


def client_unshift(text: str) -> str:
    """What the C# client makes of a frame of ours."""
    raw = text.encode("utf-16-le", "surrogatepass")
    units = [int.from_bytes(raw[at : at + 2], "little") for at in range(0, len(raw), 2)]
    plain = [(unit - 10) % 65536 for unit in reversed(units)]
    return b"".join(unit.to_bytes(2, "little") for unit in plain).decode("utf-16-le", "surrogatepass")


def test_hmac_of_key_secret_and_nonce_nonce() -> None:
    assert hmac_for("secret", "nonce") == "BC3yX50ZgYZt/KuLzm9ONyEWhhawoC2UqHnCnp9xC1g="


def test_hmac_is_over_utf8() -> None:
    expected = base64.b64encode(hmac.new("schlüssel:ä".encode(), "ñ".encode(), hashlib.sha256).digest())
    assert hmac_for("schlüssel:ä", "ñ") == expected.decode()


def test_hmac_equal_accepts_the_right_signature() -> None:
    assert hmac_equal("secret", "nonce", "BC3yX50ZgYZt/KuLzm9ONyEWhhawoC2UqHnCnp9xC1g=")


@pytest.mark.parametrize(
    "presented",
    [
        "BC3yX50ZgYZt/KuLzm9ONyEWhhawoC2UqHnCnp9xC1h=",
        "BC3yX50ZgYZt/KuLzm9ONyEWhhawoC2UqHnCnp9xC1g",
        "bc3yx50zgyzt/kulzm9onyewhhawoc2uqhncnp9xc1g=",
        "",
        "é",
        "\ud800",
        None,
        0,
        True,
        [],
        {},
        b"BC3yX50ZgYZt/KuLzm9ONyEWhhawoC2UqHnCnp9xC1g=",
    ],
)
def test_hmac_equal_refuses_everything_else(presented: object) -> None:
    assert not hmac_equal("secret", "nonce", presented)


def test_shift_of_a_small_document_byte_for_byte() -> None:
    assert shift('{"@class":".X"}').encode().hex() == "c2872c62382c442c7d7d6b766d4a2cc285"


def test_unshift_undoes_the_same_bytes() -> None:
    shifted = bytes.fromhex("c2872c62382c442c7d7d6b766d4a2cc285").decode()
    assert unshift(shifted) == '{"@class":".X"}'


@pytest.mark.parametrize("char", ["😀", "\ud7f8", "\ud7f5", "\ue000", "\uffff", "é", "\x7f", "\x80"])
def test_characters_that_plus_10_would_break_survive_the_shift(char: str) -> None:
    frame = shift(json.dumps({"message": char}, ensure_ascii=False))
    frame.encode()  # valid UTF-8: no lone surrogate
    assert json.loads(client_unshift(frame)) == {"message": char}


def test_escape_ascii_writes_utf16_units() -> None:
    assert escape_ascii('{"é":"😀\ud7f8"}') == '{"\\u00e9":"\\ud83d\\ude00\\ud7f8"}'


def test_escape_ascii_leaves_ascii_alone() -> None:
    text = '{"a":"\\u00e9 \\" \\\\"}'
    assert escape_ascii(text) is text


@pytest.mark.parametrize("text", ["", " ", "{}", '{"a":"é"}', '{"a":"\ud7f8"}', "\uffff\x00\x09\x0a"])
def test_unshift_reads_what_the_client_shifts(text: str) -> None:
    assert unshift(client_shift(text)) == text


@given(st.text(st.characters()))
def test_unshift_reads_any_text_the_client_shifts(text: str) -> None:
    # Units may pair up to a character that the client wrote as two: equal as UTF-16.
    assert unshift(client_shift(text)).encode("utf-16", "surrogatepass") == text.encode(
        "utf-16", "surrogatepass"
    )


TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(TEXT, TEXT))
def test_any_document_survives_the_shift(document: dict[str, Any]) -> None:
    frame = shift(json.dumps(document, ensure_ascii=False))
    assert json.loads(client_unshift(frame.encode().decode())) == document


def test_wrap_signs_with_secret_and_session() -> None:
    wrapped = json.loads(wrap('{"@class":".X"}', "a:b", "session"))
    digest = hmac.new(b"a:b-session", b'{"@class":".X"}', hashlib.sha256).digest()
    assert wrapped == {"json": '{"@class":".X"}', "hmac": base64.b64encode(digest).decode()}


@given(TEXT)
def test_unwrap_undoes_wrap(text: str) -> None:
    assert unwrap(wrap(text, "a:b", "session"), "a:b", "session") == text


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{}",
        "[]",
        '{"json":"{}"}',
        '{"json":"{}","hmac":null}',
        '{"json":{},"hmac":""}',
        '{"json":"{}","hmac":""}',
        '{"json":"{\\"a\\":1}","hmac":"BC3yX50ZgYZt/KuLzm9ONyEWhhawoC2UqHnCnp9xC1g="}',
        "\ud800",
    ],
)
def test_unwrap_refuses_wrong_shapes_and_signatures(frame: str) -> None:
    with pytest.raises(MalformedFrame) as caught:
        unwrap(frame, "a:b", "session")
    assert caught.value.code == "MALFORMED"


def test_unwrap_refuses_another_sessions_signature() -> None:
    with pytest.raises(MalformedFrame):
        unwrap(wrap("{}", "a:b", "other"), "a:b", "session")
