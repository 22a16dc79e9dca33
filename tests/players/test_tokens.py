"""Rotation with literal times: `T` is when the first token was made."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from games.models import Stage
from players import tokens
from players.models import AuthToken, Player
from players.sessions import set_banned
from players.tokens import Resumed, ResumeKey, issue, resume_tokens

pytestmark = pytest.mark.django_db

T = 1_800_000_000_000
MINUTE = 60_000
DAY = 86_400_000

AddPlayer = Callable[..., Player]


@pytest.fixture
def ana(add_player: AddPlayer) -> Player:
    return add_player("ana")


def resume(stage: Stage, token: str, now: int) -> str | None:
    (resumed,) = resume_tokens([ResumeKey(stage.pk, token)], now)
    return resumed.auth_token if resumed else None


def must_resume(stage: Stage, token: str, now: int) -> str:
    successor = resume(stage, token, now)
    assert successor is not None
    return successor


def test_resume_logs_in_with_another_token(stage: Stage, ana: Player) -> None:
    token = issue(ana.pk, T)
    (resumed,) = resume_tokens([ResumeKey(stage.pk, token)], T + 1)
    assert resumed is not None
    assert resumed == Resumed(ana.pk, "Ana", resumed.auth_token)
    assert resumed.auth_token != token


def test_tokens_are_kept_as_hashes_only(ana: Player) -> None:
    token = issue(ana.pk, T)
    assert [row.hash for row in AuthToken.objects.all()] == [tokens.token_hash(token)]
    assert token not in tokens.token_hash(token)


@pytest.mark.parametrize("token", ["0", "", "unknown", "00000000-0000-4000-8000-000000000000"])
def test_resume_treats_unknown_tokens_as_absent(stage: Stage, ana: Player, token: str) -> None:
    issue(ana.pk, T)
    assert resume(stage, token, T) is None


def test_presented_token_stays_valid_while_its_successor_was_not_presented(stage: Stage, ana: Player) -> None:
    first = issue(ana.pk, T)
    lost = must_resume(stage, first, T + MINUTE)
    again = must_resume(stage, first, T + 29 * DAY)
    assert len({first, lost, again}) == 3


def test_presented_token_dies_15_minutes_after_its_successor_is_first_presented(
    stage: Stage, ana: Player
) -> None:
    first = issue(ana.pk, T)
    second = must_resume(stage, first, T + MINUTE)
    must_resume(stage, second, T + 2 * MINUTE)
    assert resume(stage, first, T + 17 * MINUTE - 1) is not None
    assert resume(stage, first, T + 17 * MINUTE) is None


def test_later_presentations_of_the_successor_give_the_old_token_no_more_time(
    stage: Stage, ana: Player
) -> None:
    first = issue(ana.pk, T)
    second = must_resume(stage, first, T)
    must_resume(stage, second, T)
    must_resume(stage, second, T + 10 * MINUTE)
    assert resume(stage, first, T + 15 * MINUTE) is None


def test_a_successor_presented_in_the_grace_of_another_gives_the_old_token_no_more_time(
    stage: Stage, ana: Player
) -> None:
    first = issue(ana.pk, T)
    one, other = must_resume(stage, first, T), must_resume(stage, first, T)
    must_resume(stage, one, T)
    must_resume(stage, other, T + 14 * MINUTE)
    assert resume(stage, first, T + 15 * MINUTE) is None
    assert resume(stage, other, T + 15 * MINUTE) is not None


def test_a_token_lives_30_days_at_most(stage: Stage, ana: Player) -> None:
    token = issue(ana.pk, T)
    assert resume(stage, token, T + 30 * DAY - 1) is not None
    assert resume(stage, token, T + 30 * DAY) is None


def test_a_token_of_another_stage_is_unknown(live: Stage, ana: Player) -> None:
    assert resume(live, issue(ana.pk, T), T) is None


def test_a_player_has_ten_tokens_and_the_longest_unused_goes(stage: Stage, ana: Player) -> None:
    first = [issue(ana.pk, T + number) for number in range(10)]
    kept = must_resume(stage, first[0], T + 20)  # the eleventh: `first[1]` is now unused for longest
    assert ana.auth_tokens.count() == 10
    assert resume(stage, first[1], T + 30) is None
    assert resume(stage, first[0], T + 30) is not None
    assert resume(stage, kept, T + 30) is not None


def test_superseded_tokens_go_before_live_ones(stage: Stage, ana: Player) -> None:
    other_device = issue(ana.pk, T)
    first = issue(ana.pk, T + 1)
    second = must_resume(stage, first, T + 2)
    must_resume(stage, second, T + 3)
    for number in range(7):
        issue(ana.pk, T + 4 + number)
    assert resume(stage, first, T + 20) is None
    assert resume(stage, other_device, T + 20) is not None


def test_a_retrying_client_logs_out_no_other_device(stage: Stage, ana: Player) -> None:
    others = [issue(ana.pk, T) for _ in range(5)]
    retrying = issue(ana.pk, T)
    for attempt in range(50):
        must_resume(stage, retrying, T + 100 * attempt)
    assert ana.auth_tokens.count() == 10
    assert all(tokens.holds(ana.pk, token, T + 10_000) for token in others)


def test_tokens_of_others_are_not_counted(stage: Stage, add_player: AddPlayer, ana: Player) -> None:
    bo = issue(add_player("bo").pk, T)
    for _ in range(20):
        issue(ana.pk, T + 1)
    assert resume(stage, bo, T + 2) is not None


def test_revoke_all_kills_every_token(stage: Stage, ana: Player) -> None:
    first, second = issue(ana.pk, T), issue(ana.pk, T)
    assert tokens.revoke_all(ana.pk) == 2
    assert resume_tokens([ResumeKey(stage.pk, first), ResumeKey(stage.pk, second)], T) == [None, None]


def test_a_banned_player_does_not_resume(stage: Stage, ana: Player) -> None:
    set_banned(ana, True, None)
    assert resume(stage, issue(ana.pk, T), T) is None


def test_holds_exchanges_nothing(ana: Player, add_player: AddPlayer) -> None:
    token = issue(ana.pk, T)
    assert tokens.holds(ana.pk, token, T + 30 * DAY - 1)
    assert not tokens.holds(ana.pk, token, T + 30 * DAY)
    assert not tokens.holds(add_player("bo").pk, token, T)
    assert AuthToken.objects.count() == 1


def test_resume_notes_when_a_player_was_seen(stage: Stage, ana: Player) -> None:
    token = issue(ana.pk, T)
    must_resume(stage, token, T + 5)
    ana.refresh_from_db()
    assert ana.last_seen_ms == T + 5


@pytest.mark.parametrize("count", [1, 3])
def test_resume_takes_six_statements_for_any_number(stage: Stage, add_player: AddPlayer, count: int) -> None:
    keys = [ResumeKey(stage.pk, issue(add_player(f"p{number}").pk, T)) for number in range(count)]
    with CaptureQueriesContext(connection) as queries:
        resumed = resume_tokens([*keys, ResumeKey(stage.pk, "0")], T + 1)
    assert [each is None for each in resumed] == [False] * count + [True]
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) == 6


def test_one_token_presented_twice_in_a_batch_gives_two(stage: Stage, ana: Player) -> None:
    key = ResumeKey(stage.pk, issue(ana.pk, T))
    one, other = resume_tokens([key, key], T + 1)
    assert one is not None
    assert other is not None
    assert one.auth_token != other.auth_token
    assert resume(stage, one.auth_token, T + 2) is not None
    assert resume(stage, other.auth_token, T + 2) is not None
