from realtime.backoff import Backoff


def test_the_first_death_is_answered_at_once_and_further_ones_later_and_later() -> None:
    backoff = Backoff()
    assert [backoff.after(lived=0.1) for _ in range(9)] == [0, 0.5, 1, 2, 4, 8, 16, 30, 30]


def test_a_long_life_is_a_new_beginning() -> None:
    backoff = Backoff()
    assert [backoff.after(lived) for lived in (0.1, 0.1, 0.1, 10, 0.1)] == [0, 0.5, 1, 0, 0.5]
