"""Codes of authenticator apps and recovery codes: which let in, and how often."""

import re

import pytest
from django.db import connection

from games.accounts import second_factor
from games.models import AuditEntry, RecoveryCode, SecondFactor, User

pytestmark = pytest.mark.django_db
# RFC 6238, appendix B, of the secret 12345678901234567890; codes are the last six digits there.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
EARLIER, EARLIER_CODE = 1_111_111_109.0, "081804"
LATER, LATER_CODE = 1_111_111_111.0, "050471"


class Clock:
    now = EARLIER

    def time(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(second_factor, "time", clock)
    return clock


@pytest.fixture
def dora() -> User:
    return User.objects.create_user("dora", password="right")


@pytest.fixture
def codes(dora: User) -> list[str]:
    """Of dora, who has just switched it on."""
    codes = second_factor.turn_on(dora, SECRET, EARLIER_CODE)
    assert codes is not None
    return codes


def test_it_is_on_once_the_app_shows_the_right_code(dora: User) -> None:
    assert second_factor.turn_on(dora, SECRET, LATER_CODE[::-1]) is None
    assert not second_factor.is_on(dora)
    assert second_factor.turn_on(dora, SECRET, EARLIER_CODE) is not None
    assert second_factor.is_on(dora)


def test_a_code_lets_in_once(dora: User, codes: list[str], clock: Clock) -> None:
    assert not second_factor.accepts(dora, EARLIER_CODE)  # switching on used it up
    clock.now = LATER
    assert not second_factor.accepts(dora, "050472")
    assert second_factor.accepts(dora, "050 471")
    assert not second_factor.accepts(dora, LATER_CODE)


@pytest.mark.parametrize(("late", "right"), [(-30, True), (30, True), (-60, False), (60, False)])
def test_clocks_may_be_half_a_minute_apart(
    dora: User, codes: list[str], clock: Clock, late: int, right: bool
) -> None:
    SecondFactor.objects.update(last_step=0)
    clock.now = LATER + late
    assert second_factor.accepts(dora, LATER_CODE) is right


def test_a_recovery_code_lets_in_once(dora: User, codes: list[str]) -> None:
    assert len(set(codes)) == 10
    assert all(re.fullmatch("[a-z2-9]{4}(-[a-z2-9]{4}){3}", code) for code in codes)
    assert second_factor.accepts(dora, f" {codes[0].upper().replace('-', ' ')}")
    assert not second_factor.accepts(dora, codes[0])
    assert second_factor.accepts(dora, codes[1])
    assert second_factor.codes_left(dora) == 8


def test_codes_are_the_users_own(dora: User, codes: list[str], clock: Clock) -> None:
    eve = User.objects.create_user("eve")
    clock.now = LATER
    assert not second_factor.accepts(eve, codes[0])
    assert not second_factor.accepts(eve, LATER_CODE)
    assert second_factor.accepts(dora, LATER_CODE)


def test_new_recovery_codes_take_the_former_ones_back(dora: User, codes: list[str]) -> None:
    new = second_factor.new_recovery_codes(dora)
    assert not set(new) & set(codes)
    assert not second_factor.accepts(dora, codes[0])
    assert second_factor.accepts(dora, new[0])


def test_nothing_lets_in_once_it_is_off(dora: User, codes: list[str], clock: Clock) -> None:
    second_factor.turn_off(dora, None)
    clock.now = LATER
    assert not second_factor.accepts(dora, codes[0])
    assert not second_factor.accepts(dora, LATER_CODE)


def test_the_database_and_the_audit_have_neither_secret_nor_codes(dora: User, codes: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM games_secondfactor")
        (stored,) = cursor.fetchone()
    kept = f"{stored} {list(RecoveryCode.objects.values())} {list(AuditEntry.objects.values())}"
    assert SECRET not in kept
    assert all(code not in kept and code.replace("-", "") not in kept for code in codes)
    assert [entry.action for entry in AuditEntry.objects.all()] == ["user.second_step_on"]
