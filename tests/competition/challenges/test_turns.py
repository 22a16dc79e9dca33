"""Whose turn it is (competition-rules.md §5.7.2)."""

from competition.challenges.turns import first_player, player_after

ORDER = ["ana", "bo", "cy"]


def turns(*counts: int) -> dict[str, int]:
    return dict(zip(ORDER, counts, strict=True))


def test_the_challenger_begins() -> None:
    assert first_player(ORDER, turns(0, 0, 0), None) == "ana"


def test_turns_go_round() -> None:
    assert [player_after(each, ORDER, turns(5, 5, 5), None) for each in ORDER] == ["bo", "cy", "ana"]


def test_who_has_used_their_turns_is_passed_over() -> None:
    assert player_after("ana", ORDER, turns(1, 2, 1), 2) == "cy"
    assert player_after("cy", ORDER, turns(2, 2, 1), 2) == "cy"
    assert player_after("cy", ORDER, turns(2, 2, 2), 2) == ""


def test_who_is_in_the_order_no_more_is_followed_by_the_first() -> None:
    assert player_after("gone", ORDER, turns(0, 0, 0), None) == "ana"
