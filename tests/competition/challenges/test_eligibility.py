"""Which segments let a player join (competition-rules.md §5.6)."""

from typing import Any

import pytest

from competition.challenges.eligibility import LONGEST, Fault, check, fits, read_criteria, segments_of
from players.models import Player
from protocol.errors import RequestError


def refusal(criteria: Any, segments: dict[str, tuple[str, ...]]) -> Any:
    with pytest.raises(RequestError) as refused:
        check(read_criteria({"segments": criteria}), segments)
    return refused.value.fields["eligibility"]


def test_without_criteria_everyone_is_eligible() -> None:
    for raw in ({}, {"segments": {}}, {"segments": {"level": []}}):
        assert read_criteria(raw) == ""
    assert fits("", {})


def test_all_segments_must_match_and_one_value_of_a_list() -> None:
    criteria = read_criteria({"segments": {"level": ["Newbie", "Advanced"], "country": "UK"}})
    assert fits(criteria, {"level": ("Advanced",), "country": ("UK",)})
    assert fits(criteria, {"level": ("Newbie",), "country": ("US", "UK"), "more": ("x",)})
    assert not fits(criteria, {"level": ("Expert",), "country": ("UK",)})
    assert not fits(criteria, {"country": ("UK",)})


def test_what_is_missing_and_what_does_not_fit_is_told() -> None:
    criteria = {"level": ["Newbie", "Advanced"], "country": "UK", "mode": "fast"}
    assert refusal(criteria, {"level": ("Expert",), "country": ("US",)}) == {
        "missingSegments": {"mode": ["fast"]},
        "invalidSegments": {
            "actual": {"level": "Expert", "country": "US"},
            "required": {"level": ["Newbie", "Advanced"], "country": "UK"},
        },
    }


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ({"level": "x"}, {"level": "UNRECOGNISED"}),
        ({"level": "x", "segments": 7}, {"level": "UNRECOGNISED"}),
        ({"segments": "x"}, {"segments": "MALFORMED"}),
        ({"segments": {"level": 7, "country": "UK"}}, {"segments": {"level": "MALFORMED"}}),
        ({"segments": {"level": ["a", None]}}, {"segments": {"level": "MALFORMED"}}),
        ({"segments": {"level": {}}}, {"segments": {"level": "MALFORMED"}}),
        ({"segments": {"level": "x" * LONGEST}}, {"segments": "MALFORMED"}),
    ],
)
def test_criteria_of_another_form_are_refused(raw: dict[str, Any], fault: Any) -> None:
    with pytest.raises(Fault) as refused:
        read_criteria(raw)
    assert refused.value.value == fault


def test_segments_of_the_request_replace_the_player_s_entirely() -> None:
    player = Player(segments={"level": "Newbie", "country": "UK"})
    own = {"level": ("Newbie",), "country": ("UK",)}
    assert segments_of(player, None) == own
    assert segments_of(player, {}) == own
    assert segments_of(player, {"segments": {"level": "Expert"}}) == {"level": ("Expert",)}
    assert segments_of(player, {"segments": {}}) == {}
    with pytest.raises(RequestError) as refused:
        segments_of(player, {"segments": {"level": 7}})
    assert refused.value.fields == {"eligibility": {"segments": {"level": "MALFORMED"}}}
