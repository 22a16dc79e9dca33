import pytest

from games.collaborators import games_of, remove, set_role
from games.models import AuditEntry, Collaborator, Game, User
from games.publishing import create_game


@pytest.fixture
def outsider(db: None) -> User:
    return User.objects.create_user("otto")


@pytest.mark.parametrize("role", list(Collaborator.Role))
def test_collaborator_of_any_role_sees_the_game(
    game: Game, owner: User, outsider: User, role: Collaborator.Role
) -> None:
    create_game("Other", owner)
    assert list(games_of(outsider)) == []
    set_role(game, outsider, role, owner)
    assert list(games_of(outsider)) == [game]


def test_superuser_sees_every_game(game: Game, owner: User) -> None:
    other = create_game("Other", None)
    operator = User.objects.create_superuser("root")
    assert list(games_of(operator)) == [game, other]
    assert list(games_of(owner)) == [game]


def test_role_is_changed_and_removed_with_an_audit(game: Game, owner: User, outsider: User) -> None:
    set_role(game, outsider, Collaborator.Role.VIEWER, owner)
    row = set_role(game, outsider, Collaborator.Role.EDITOR, owner)
    assert (row.role, Collaborator.objects.filter(user=outsider).count()) == ("editor", 1)
    remove(row, owner)
    assert Collaborator.objects.filter(user=outsider).count() == 0
    entries = AuditEntry.objects.filter(game=game, target="otto").order_by("pk")
    assert [(entry.action, entry.detail, entry.actor_name) for entry in entries] == [
        ("collaborator.role", {"role": "viewer"}, "olga"),
        ("collaborator.role", {"role": "editor"}, "olga"),
        ("collaborator.removed", {}, "olga"),
    ]
