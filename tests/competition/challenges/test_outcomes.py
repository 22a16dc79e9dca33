"""Who wins, loses and draws (competition-rules.md §5.8)."""

from competition.challenges.outcomes import Outcome, all_drawn, by_ranking, won_by

PLAYERS = ["ana", "bo", "cy"]


def test_the_best_wins_and_all_others_lose_whether_they_scored_or_not() -> None:
    assert by_ranking([["bo"], ["ana"]], PLAYERS) == Outcome(winner="bo", lost=("ana", "cy"))


def test_equal_best_scores_draw_and_the_rest_loses_to_nobody() -> None:
    assert by_ranking([["cy", "ana"], ["bo"]], PLAYERS) == Outcome(drawn=("ana", "cy"), lost=("bo",))


def test_where_nobody_scored_all_draw() -> None:
    assert by_ranking([], PLAYERS) == Outcome(drawn=("ana", "bo", "cy")) == all_drawn(PLAYERS)


def test_scores_of_those_who_are_no_players_any_more_do_not_count() -> None:
    assert by_ranking([["eve"], ["bo", "eve"], ["ana"]], PLAYERS) == Outcome(winner="bo", lost=("ana", "cy"))
    assert by_ranking([["eve"]], PLAYERS) == all_drawn(PLAYERS)


def test_who_is_said_to_win_wins() -> None:
    assert won_by("cy", PLAYERS) == Outcome(winner="cy", lost=("ana", "bo"))
