"""Texts compared word by word."""

import pytest

from messaging.word_diff import word_diff


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("", "", []),
        ("same words", "same words", [("same", "same words")]),
        (
            "Ana plays you",
            "Ana challenges you",
            [("same", "Ana "), ("gone", "plays"), ("new", "challenges"), ("same", " you")],
        ),
        ("one", "one!", [("same", "one"), ("new", "!")]),
        ("", "new", [("new", "new")]),
        ("从今天起", "从明天起", [("gone", "从今天起"), ("new", "从明天起")]),
    ],
)
def test_word_diff(before: str, after: str, parts: list[tuple[str, str]]) -> None:
    assert [tuple(part) for part in word_diff(before, after)] == parts


def test_a_very_long_text_is_one_change() -> None:
    assert [part.kind for part in word_diff("a " * 2000, "b")] == ["gone", "new"]
