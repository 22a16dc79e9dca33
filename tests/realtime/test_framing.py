"""Frames, against websockets' own client for what it can say and byte by byte for what it would not."""

import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from realtime.framing import (
    BINARY,
    CLOSE,
    PING,
    TEXT,
    Fault,
    FrameReader,
    close_payload,
    frame,
    read_close,
    text_frame,
)

LIMIT = 1000


def sent(opcode: int, payload: bytes, fin: bool = True) -> bytes:
    """A frame as websockets' client masks it."""
    return Frame(Opcode(opcode), payload, fin).serialize(mask=True)


def read(data: bytes, limit: int = LIMIT) -> tuple[list[tuple[int, str | bytes]], int | None]:
    reader = FrameReader(limit)
    messages = reader.feed(data)
    return messages, reader.fault.code if reader.fault else None


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65535, b"\x81\x7e\xff\xff"),
        (65536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_text_frame_is_one_final_unmasked_frame(size: int, head: bytes) -> None:
    assert text_frame(b"x" * size) == head + b"x" * size


def test_frame_of_the_rfc_is_read() -> None:
    assert read(bytes.fromhex("818537fa213d7f9f4d5158")) == ([(TEXT, "Hello")], None)


@st.composite
def streams(draw: st.DrawFn) -> tuple[bytes, list[tuple[int, str | bytes]]]:
    """What a client may send, and what it means: messages in fragments with pings between them."""
    data, meant = b"", []
    for _ in range(draw(st.integers(0, 4))):
        if draw(st.booleans()):
            payload = draw(st.binary(max_size=125))
            data += sent(PING, payload)
            meant.append((int(PING), payload))
            continue
        text = draw(st.text(max_size=40))
        opcode = draw(st.sampled_from([TEXT, BINARY]))
        whole = text.encode() * draw(st.sampled_from([1, 6]))
        cuts = sorted(draw(st.lists(st.integers(0, len(whole)), max_size=3)))
        parts = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
        for index, part in enumerate(parts):
            data += sent(0 if index else opcode, part, fin=index == len(parts) - 1)
            if index < len(parts) - 1 and draw(st.booleans()):
                data += sent(PING, b"between")
                meant.append((int(PING), b"between"))
        meant.append((opcode, whole.decode() if opcode == TEXT else whole))
    return data, meant


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(streams(), st.data())
def test_any_stream_reads_the_same_in_any_pieces(
    stream: tuple[bytes, list[tuple[int, str | bytes]]], data: st.DataObject
) -> None:
    sent_bytes, meant = stream
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent_bytes)), max_size=20)))
    reader, got = FrameReader(LIMIT), []
    for start, end in zip([0, *cuts], [*cuts, len(sent_bytes)], strict=True):
        got += reader.feed(sent_bytes[start:end])
    assert (got, reader.fault) == (meant, None)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    read(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (sent(TEXT, b"x" * (LIMIT + 1)), 1009),
        (sent(TEXT, b"x" * LIMIT, fin=False) + sent(0, b"x"), 1009),
        (b"\x81\xff" + b"\xff" * 12, 1009),
        (b"\x81\x05Hello", 1002),
        (b"\xc1\x80mask", 1002),
        (b"\x83\x80mask", 1002),
        (b"\x8b\x80mask", 1002),
        (sent(0, b"x"), 1002),
        (sent(TEXT, b"x", fin=False) + sent(TEXT, b"x"), 1002),
        (b"\x09\x80mask", 1002),
        (b"\x89\xfe\x00\x7emask" + b"x" * 126, 1002),
        (sent(TEXT, b"\xff"), 1007),
        (sent(TEXT, b"\xed\xa0\x80"), 1007),
    ],
)
def test_fault_has_its_close_code(data: bytes, code: int) -> None:
    assert read(data) == ([], code)


def test_ping_inside_a_message_at_its_limit_is_no_fault() -> None:
    data = sent(BINARY, b"x" * LIMIT, fin=False) + sent(PING, b"p" * 125) + sent(0, b"")
    assert read(data) == ([(PING, b"p" * 125), (BINARY, b"x" * LIMIT)], None)


def test_messages_before_a_fault_are_read_and_none_after_it() -> None:
    reader = FrameReader(LIMIT)
    assert reader.feed(sent(TEXT, b"good") + sent(0, b"bad") + sent(TEXT, b"late")) == [(TEXT, "good")]
    assert reader.feed(sent(TEXT, b"later")) == []


def test_declared_size_over_the_limit_is_refused_before_its_bytes_come() -> None:
    assert read(b"\x81\xfe\x03\xe9mask") == ([], 1009)


@pytest.mark.parametrize(
    ("payload", "meaning"),
    [
        (b"", (1005, "")),
        (b"\x03\xe8", (1000, "")),
        (b"\x0f\xa0bye", (4000, "bye")),
        (b"\x03", 1002),
        (b"\x03\xed", 1002),
        (b"\x03\xf7", 1002),
        (b"\x03\xe8\xff", 1007),
    ],
)
def test_close_frame_is_read(payload: bytes, meaning: tuple[int, str] | int) -> None:
    if isinstance(meaning, tuple):
        assert read_close(payload) == meaning
    else:
        with pytest.raises(Fault) as fault:
            read_close(payload)
        assert fault.value.code == meaning


def test_close_reason_is_cut_between_characters() -> None:
    assert close_payload(1005) == b""
    assert close_payload(1000, "é" * 100) == b"\x03\xe8" + ("é" * 61).encode()
    assert len(frame(CLOSE, close_payload(1000, "é" * 100))) == 126


# --- floods ----------------------------------------------------------------------------------------------

PINGS = [(PING, b"%d" % number) for number in range(200)]


def ping(number: int) -> bytes:
    return sent(PING, b"%d" % number)


def test_frames_are_read_in_turns() -> None:
    reader, last = FrameReader(LIMIT), ping(150)
    seen = [reader.feed(b"".join(ping(number) for number in range(150)) + last[:3])]
    while reader.behind:
        seen.append(reader.feed(b""))
    assert [len(each) for each in seen] == [64, 64, 22]
    assert [message for turn in seen for message in turn] == PINGS[:150]
    assert reader.feed(last[3:]) == [PINGS[150]]


def test_bytes_that_come_while_behind_are_read_after_what_was_left() -> None:
    reader = FrameReader(LIMIT)
    seen = reader.feed(b"".join(ping(number) for number in range(100)))
    half = ping(100)
    seen += reader.feed(half[:5]) + reader.feed(half[5:])
    while reader.behind:
        seen += reader.feed(b"")
    assert seen == PINGS[:101]


def test_exactly_one_turn_leaves_nothing_behind() -> None:
    reader = FrameReader(LIMIT)
    assert len(reader.feed(b"".join(ping(number) for number in range(64)))) == 64
    assert (reader.behind, reader.frames, reader.feed(b"")) == (False, 64, [])


def test_fault_behind_others_is_found_in_its_turn() -> None:
    reader = FrameReader(LIMIT)
    assert len(reader.feed(ping(0) * 64 + b"\x81\x02hi")) == 64
    assert (reader.fault, reader.feed(b"")) == (None, [])
    assert reader.fault is not None
    assert (reader.fault.code, reader.behind, reader.frames) == (1002, False, 0)


def test_empty_fragments_are_counted_and_hold_nothing() -> None:
    """A list of a million empty parts holds as much as 50 MB of text."""
    reader = FrameReader(LIMIT)
    reader.feed(sent(TEXT, b"", fin=False))
    tracemalloc.start()
    frames = 0
    for _ in range(1000):
        assert reader.feed(sent(0, b"", fin=False) * 60) == []
        frames += reader.frames
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (frames, reader.unfinished) == (60_000, True)
    assert held < 10_000
    assert reader.feed(sent(0, b"end")) == [(TEXT, "end")]
    assert not reader.unfinished


def test_message_in_small_fragments_holds_its_own_size() -> None:
    reader = FrameReader(100_000)
    reader.feed(sent(TEXT, b"x", fin=False))
    tracemalloc.start()
    for _ in range(1000):
        reader.feed(sent(0, b"x", fin=False) * 50)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 100_000
    assert reader.feed(sent(0, b"")) == [(TEXT, "x" * 50_001)]
