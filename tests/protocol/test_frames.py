import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.frames import MalformedFrame, decode_frame, error_frame


def code_of(frame: str | bytes, **limits: int) -> str:
    with pytest.raises(MalformedFrame) as caught:
        decode_frame(frame, **limits)
    return caught.value.code


def nested(levels: int, opening: str = '{"a":', closing: str = "}") -> str:
    """An object `levels` deep."""
    return '{"@class":' + opening * (levels - 1) + "1" + closing * (levels - 1) + "}"


@pytest.mark.parametrize(
    "frame", ['{"@class":".X","a":[1,2.5,null,true]}', b'{"@class":".X","a":[1,2.5,null,true]}']
)
def test_decode_frame_returns_an_object(frame: str | bytes) -> None:
    assert decode_frame(frame) == {"@class": ".X", "a": [1, 2.5, None, True]}


def test_decode_frame_returns_the_objects_of_an_array() -> None:
    assert decode_frame('[{"a":1},{"b":2}]') == [{"a": 1}, {"b": 2}]


def test_decode_frame_reads_characters_outside_the_first_plane_both_ways() -> None:
    assert decode_frame('{"a":"😀"}') == decode_frame('{"a":"\\ud83d\\ude00"}') == {"a": "😀"}


@pytest.mark.parametrize(
    "frame",
    [
        "",
        " ",
        "x",
        "1",
        '"text"',
        "null",
        "true",
        "[]",
        "[1]",
        '[{"a":1},[]]',
        "{",
        '{"a":1',
        '{"a":1}}',
        "{'a':1}",
        '{"a":1,}',
        '{"a":NaN}',
        '{"a":Infinity}',
        '{"a":1e400}',
        '{"a":' + "9" * 5000 + "}",
        '{"a":"\x01"}',
    ],
)
def test_malformed_json_is_refused(frame: str) -> None:
    assert code_of(frame) == "MALFORMED"
    assert code_of(frame.encode()) == "MALFORMED"


@pytest.mark.parametrize(
    "frame",
    [
        '{"a":"\\u0000"}',
        '{"\\u0000":1}',
        '{"a":{"b":["x","\\u0000"]}}',
        '{"a":[{"b\\u0000":1}]}',
        '[{"a":1},{"a":"\\u0000"}]',
        '{"a":"\x00"}',
        b'{"a":"\\u0000"}',
        b'{"a":"\x00"}',
    ],
)
def test_nul_in_any_key_or_string_is_refused(frame: str | bytes) -> None:
    assert code_of(frame) == "MALFORMED"


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert decode_frame('{"a":"\\\\u0000"}') == {"a": "\\u0000"}


@pytest.mark.parametrize(
    "frame",
    [
        '{"a":"\\ud800"}',
        '{"a":"\\udc00\\ud800"}',
        '{"\\udfff":1}',
        '{"a":"\ud800"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\xff"}',
    ],
)
def test_lone_surrogates_and_broken_utf8_are_refused(frame: str | bytes) -> None:
    assert code_of(frame) == "MALFORMED"


@pytest.mark.parametrize(("opening", "closing"), [('{"a":', "}"), ("[", "]")])
def test_nesting_of_64_passes_and_of_65_is_refused(opening: str, closing: str) -> None:
    assert decode_frame(nested(64, opening, closing))
    assert code_of(nested(65, opening, closing)) == "MALFORMED"
    assert code_of(nested(65, opening, closing).encode()) == "MALFORMED"


def test_nesting_counts_for_each_document_of_an_array() -> None:
    assert decode_frame(f"[{nested(64)},{nested(64)}]") == [json.loads(nested(64))] * 2
    assert code_of(f"[{nested(64)},{nested(65)}]") == "MALFORMED"


def test_many_siblings_are_no_nesting() -> None:
    assert decode_frame('{"a":[' + ",".join(["{}"] * 500) + "]}") == {"a": [{}] * 500}


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"a":[', '[{"a":'])
def test_nesting_without_end_is_refused(opening: str) -> None:
    assert code_of(opening * 20_000) == "MALFORMED"


@pytest.mark.parametrize("size", [256 * 1024, 256 * 1024 + 1])
def test_a_frame_over_256_kb_is_too_large(size: int) -> None:
    frame = '{"a":"' + "x" * (size - 8) + '"}'
    if size > 256 * 1024:
        assert code_of(frame) == code_of(frame.encode()) == "TOO_LARGE"
    else:
        assert decode_frame(frame) == {"a": "x" * (size - 8)}


@pytest.mark.parametrize(("char", "size"), [("x", 1), ("é", 2), ("漢", 3), ("😀", 4)])
def test_size_is_counted_in_bytes_of_utf8(char: str, size: int) -> None:
    frame = '{"a":"' + char * 100 + '"}'
    assert decode_frame(frame, limit=8 + 100 * size) == {"a": char * 100}
    assert code_of(frame, limit=7 + 100 * size) == "TOO_LARGE"


def test_a_100_kb_request_passes() -> None:
    assert decode_frame(json.dumps({"a": "x" * 100_000})) == {"a": "x" * 100_000}


def test_an_array_of_100_passes_and_of_101_is_throttled() -> None:
    assert decode_frame("[" + ",".join(['{"a":1}'] * 100) + "]") == [{"a": 1}] * 100
    assert code_of("[" + ",".join(['{"a":1}'] * 101) + "]") == "THROTTLED"


@pytest.mark.parametrize(
    ("code", "frame"),
    [
        ("MALFORMED", b'{"@class":".ErrorResponse","error":{"request":"MALFORMED"}}'),
        ("TOO_LARGE", b'{"@class":".ErrorResponse","error":{"request":"TOO_LARGE"}}'),
        ("THROTTLED", b'{"@class":".ErrorResponse","error":{"request":"THROTTLED"}}'),
    ],
)
def test_error_frame_is_an_error_response(code: Any, frame: bytes) -> None:
    assert error_frame(code) == frame


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=40,
)


@given(st.dictionaries(TEXT, VALUES, max_size=6), st.booleans())
def test_any_clean_document_passes_unchanged(document: dict[str, Any], ascii_only: bool) -> None:
    frame = json.dumps(document, ensure_ascii=ascii_only)
    assert decode_frame(frame) == decode_frame(frame.encode()) == document


OUTCOMES = {"passed", "MALFORMED", "TOO_LARGE", "THROTTLED"}


def assert_safe(value: Any, depth: int = 1) -> None:
    if isinstance(value, dict):
        assert depth <= 64
        for key, inner in value.items():
            assert_safe(key, depth)
            assert_safe(inner, depth + 1)
    elif isinstance(value, list):
        assert depth <= 64
        for inner in value:
            assert_safe(inner, depth + 1)
    elif isinstance(value, str):
        value.encode()
        assert "\0" not in value


def outcome(frame: str | bytes) -> str:
    """`passed`, or the fault's code. What passes is safe to keep."""
    try:
        decoded = decode_frame(frame)
    except MalformedFrame as fault:
        return fault.code
    for document in decoded if isinstance(decoded, list) else [decoded]:
        assert isinstance(document, dict)
        assert_safe(document)
    return "passed"


@given(st.text(st.characters(), max_size=200) | st.binary(max_size=200))
def test_noise_raises_nothing_but_malformed_frame(frame: str | bytes) -> None:
    assert outcome(frame) in OUTCOMES


PIECES = [
    '{"a":',
    "{",
    "}",
    "[",
    "]",
    ",",
    '"',
    "\\u0000",
    "\\\\u0000",
    "\\ud800",
    "\0",
    "1",
    "null",
    '"a":',
    " ",
]


@given(st.lists(st.sampled_from(PIECES), max_size=150).map("".join))
def test_json_like_noise_raises_nothing_but_malformed_frame(frame: str) -> None:
    assert outcome(frame) in OUTCOMES


@given(
    st.integers(1, 80), st.sampled_from(["", "\\u0000", "x"]), st.sampled_from([("[", "]"), ('{"b":', "}")])
)
def test_deep_documents_with_a_text_inside_are_safe(
    levels: int, text: str, brackets: tuple[str, str]
) -> None:
    opening, closing = brackets
    frame = '{"a":' + opening * levels + f'"{text}"' + closing * levels + "}"
    assert outcome(frame) == ("passed" if levels < 64 and text != "\\u0000" else "MALFORMED")
