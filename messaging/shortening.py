"""Cutting a text for a push: between what a reader takes for characters, never inside one."""

from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

ELLIPSIS = "…"


class Shortened(NamedTuple):
    """`note` says what was cut off, "" where nothing was."""

    text: str
    note: str = ""


def shorten(text: str, fits: Callable[[str], bool]) -> Shortened:
    """The text if it fits, else the longest beginning that fits with an ellipsis, cut at a grapheme's end.

    What `fits` holds for a text it holds for every shorter one. The ellipsis alone where nothing fits.
    """
    if fits(text):
        return Shortened(text)
    ends = [0, *grapheme_ends(text)]

    def cut(count: int) -> str:
        return text[: ends[count]].rstrip(" ") + ELLIPSIS

    kept = max(0, bisect_right(range(len(ends)), False, key=lambda count: not fits(cut(count))) - 1)
    return Shortened(cut(kept), f"The summary was shortened from {len(ends) - 1} characters to {kept}")


def grapheme_ends(text: str) -> list[int]:
    """Where each of the text's extended grapheme clusters (Unicode Annex 29) ends."""
    # Loaded for the first text that is too long: it takes a tenth of a second that most processes never need.
    import regex

    return [match.end() for match in regex.finditer(r"\X", text)]
