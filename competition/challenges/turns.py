"""Whose turn it is (competition-rules.md §5.7). Pure: lists of players in, a player out."""

from collections.abc import Mapping, Sequence


def first_player(order: Sequence[str], turns: Mapping[str, int], most: int | None) -> str:
    """The challenger, who is first in the order; the next of those who have a turn left. "" for nobody."""
    return _first_with_turns(order, turns, most)


def player_after(player_id: str, order: Sequence[str], turns: Mapping[str, int], most: int | None) -> str:
    """The next in the order, round and round, over those who have used their turns (§5.7.2).

    Who is in the order no more is succeeded by the first. "" where nobody has a turn left.
    """
    place = order.index(player_id) + 1 if player_id in order else 0
    return _first_with_turns([*order[place:], *order[:place]], turns, most)


def _first_with_turns(order: Sequence[str], turns: Mapping[str, int], most: int | None) -> str:
    return next((each for each in order if most is None or turns[each] < most), "")
