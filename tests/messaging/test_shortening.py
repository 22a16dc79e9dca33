import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.shortening import ELLIPSIS, grapheme_ends, shorten

FAMILY = "👩‍👩‍👧‍👦"
FLAG = "🇫🇷"
ACCENT = "e\u0301"
THUMB = "👍🏽"
HANGUL = "\u1112\u1161\u11ab"


@pytest.mark.parametrize("one", [FAMILY, FLAG, ACCENT, THUMB, HANGUL, "\r\n", "क्षि"])
def test_what_a_reader_takes_for_one_character_is_never_cut(one: str) -> None:
    room = len((one * 3).encode()) - 1 + len(ELLIPSIS.encode())
    text = shorten(one * 5, lambda cut: len(cut.encode()) <= room).text
    assert text == one * 2 + ELLIPSIS


def test_text_that_fits_stays_as_it_is() -> None:
    assert shorten("Ana wrote ", lambda cut: True) == ("Ana wrote ", "")


def test_note_counts_characters_as_readers_do() -> None:
    shortened = shorten(FAMILY * 4, lambda cut: len(cut) <= 2 * len(FAMILY) + 1)
    assert shortened == (FAMILY * 2 + ELLIPSIS, "The summary was shortened from 4 characters to 2")


def test_no_space_stands_before_the_ellipsis() -> None:
    assert shorten("one two three", lambda cut: len(cut) <= 5).text == "one" + ELLIPSIS


def test_ellipsis_alone_is_left_where_nothing_fits() -> None:
    assert shorten("Ana", lambda cut: False).text == ELLIPSIS


@given(st.text(max_size=60), st.integers(0, 120))
def test_shortened_text_is_the_longest_beginning_that_fits(text: str, room: int) -> None:
    """Against every beginning tried in turn; a combining mark is never parted from its base."""

    def fits(cut: str) -> bool:
        return len(cut.encode()) <= room

    found = shorten(text, fits).text
    ends = [0, *grapheme_ends(text)]
    fitting = [cut for end in ends if fits(cut := text[:end].rstrip(" ") + ELLIPSIS)]
    assert found == (text if fits(text) else max(fitting, key=len, default=ELLIPSIS))
    assert all(unicodedata.combining(text[end]) == 0 for end in ends if 0 < end < len(text))
