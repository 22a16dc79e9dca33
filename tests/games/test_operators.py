import pytest
from django.core.exceptions import ValidationError

from games.models import AuditEntry, User
from games.operators import OperatorExists, admit

pytestmark = pytest.mark.django_db


def test_the_first_operator_is_admitted_with_a_password_to_change() -> None:
    password = admit("olga")
    user = User.objects.get()
    assert user.check_password(password)
    assert (user.is_superuser, user.is_staff, user.temporary_password) == (True, True, True)
    assert AuditEntry.objects.get().target == "olga"


def test_nobody_else_is_admitted_once_there_is_an_operator() -> None:
    admit("olga")
    User.objects.create_user("ivan", password="ivans own")
    for name in ("eve", "ivan"):
        with pytest.raises(OperatorExists, match="olga"):
            admit(name)
    assert list(User.objects.filter(is_superuser=True).values_list("username", flat=True)) == ["olga"]
    assert User.objects.get(username="ivan").check_password("ivans own")


def test_an_operator_who_lost_the_password_gets_another() -> None:
    first = admit("olga")
    second = admit("olga")
    user = User.objects.get()
    assert (user.check_password(first), user.check_password(second)) == (False, True)


def test_the_only_operator_can_be_let_in_again_after_being_switched_off() -> None:
    admit("olga")
    User.objects.update(is_active=False)
    admit("olga")
    assert User.objects.get().is_active


@pytest.mark.parametrize("name", ["", "two words", "x" * 151])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        admit(name)
    assert not User.objects.exists()


def test_a_password_of_ones_own_is_not_temporary() -> None:
    admit("olga")
    user = User.objects.get()
    user.set_password("olgas own choice")
    user.save()
    assert not User.objects.get().temporary_password
