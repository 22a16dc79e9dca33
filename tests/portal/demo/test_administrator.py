import pytest

from games.models import AuditEntry, Collaborator, User
from games.publishing import create_game
from portal.demo.administrator import find_or_make, own

pytestmark = pytest.mark.django_db


def test_administrator_is_made_once_with_a_password_of_its_own() -> None:
    user, password = find_or_make("", reset=False)
    assert (user.username, user.is_staff, user.is_superuser) == ("admin", True, True)
    assert user.check_password(password)
    again, known = find_or_make(password, reset=False)
    assert (again.pk, known) == (user.pk, password)


def test_administrators_password_is_unknown_once_the_operator_changed_it() -> None:
    user, password = find_or_make("", reset=False)
    user.set_password("chosen by the operator")
    user.save()
    assert find_or_make(password, reset=False)[1] == ""


@pytest.mark.parametrize("written_down", ["", "another"])
def test_administrators_password_is_unknown_when_it_was_not_written_down(written_down: str) -> None:
    find_or_make("", reset=False)
    assert find_or_make(written_down, reset=False)[1] == ""


def test_administrator_gets_a_new_password_on_reset() -> None:
    _, first = find_or_make("", reset=False)
    user, second = find_or_make(first, reset=True)
    assert second != first
    assert User.objects.get(pk=user.pk).check_password(second)
    assert find_or_make(second, reset=False)[1] == second


def test_administrators_password_stands_in_no_audit_entry() -> None:
    _, password = find_or_make("", reset=False)
    assert password not in str(list(AuditEntry.objects.values()))


def test_administrator_owns_the_game_whoever_imported_it() -> None:
    user, _ = find_or_make("", reset=False)
    game = create_game("Duel", None)
    own(user, game)
    own(user, game)
    assert list(Collaborator.objects.filter(game=game).values_list("user", "role")) == [(user.pk, "owner")]
    assert AuditEntry.objects.filter(action="collaborator.role").count() == 1
