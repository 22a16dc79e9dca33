from push.breaker import Breaker
from push.transports.base import PushError

DOWN = PushError("unreachable", account=True)
REFUSED = PushError("InvalidProviderToken", permanent=True, account=True)
DEAD_TOKEN = PushError("Unregistered", permanent=True)


def test_opens_after_five_failures_in_a_row():
    breaker = Breaker()
    for _ in range(4):
        breaker.failed(DOWN, 100.0)
    assert not breaker.is_open(100.0)
    breaker.failed(DOWN, 100.0)
    assert breaker.is_open(104.9)
    assert not breaker.is_open(105.0)


def test_tries_with_one_push_and_with_another_five_seconds_later_whether_or_not_it_was_answered():
    breaker = Breaker()
    for _ in range(5):
        breaker.failed(DOWN, 100.0)
    assert (breaker.room(100), breaker.room(0)) == (1, 0)
    breaker.tried(105.0)
    assert (breaker.is_open(109.9), breaker.is_open(110.0)) == (True, False)
    breaker.tried(110.0)
    breaker.failed(DOWN, 112.0)  # the first one
    assert (breaker.is_open(114.9), breaker.is_open(115.0)) == (True, False)
    assert breaker.in_trouble


def test_failures_of_pushes_sent_before_it_opened_do_not_lengthen_the_pause():
    breaker = Breaker()
    for _ in range(100):
        breaker.failed(DOWN, 100.0)
    assert not breaker.is_open(105.0)


def test_success_closes_it():
    breaker = Breaker()
    for _ in range(5):
        breaker.failed(DOWN, 100.0)
    breaker.succeeded()
    assert (breaker.is_open(100.0), breaker.room(100)) == (False, 100)


def test_answer_about_a_token_shows_that_the_provider_works():
    breaker = Breaker()
    for _ in range(4):
        breaker.failed(DOWN, 100.0)
    breaker.failed(DEAD_TOKEN, 100.0)
    breaker.failed(DOWN, 100.0)
    assert not breaker.is_open(100.0)


def test_provider_that_names_a_time_is_left_alone_until_then():
    breaker = Breaker()
    breaker.failed(PushError("QUOTA_EXCEEDED", retry_after=30, account=True), 100.0)
    assert (breaker.is_open(129.9), breaker.is_open(130.0)) == (True, False)


def test_refused_account_fails_its_pushes_unasked_for_a_while():
    breaker = Breaker()
    for _ in range(4):
        breaker.failed(REFUSED, 100.0)
    assert breaker.refused(100.0) is None
    breaker.failed(REFUSED, 100.0)
    assert breaker.refused(129.9) is REFUSED
    assert breaker.refused(130.0) is None
    assert not breaker.is_open(100.0)
