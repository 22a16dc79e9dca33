"""Texts that are longer in bytes than in what a reader takes for characters."""

from collections.abc import Sequence

# What a reader takes for one character each.
GRAPHEMES = {
    "emoji": ("👩‍👩‍👧‍👦", "🇫🇷", "👍🏽", "❤️"),
    "right-to-left": ("שָׁ", "ל", "וֹ", "ם", "مَ", "رْ", "حَ"),
    "combining": ("e\u0301", "Z͑̓", "क्षि", "\u1112\u1161\u11ab"),
}


def filling(graphemes: Sequence[str], size: int) -> list[str]:
    """These over and over, behind as many `x` as it takes: `size` bytes of UTF-8."""
    unit = len("".join(graphemes).encode())
    return ["x"] * (size % unit) + [*graphemes] * (size // unit)
