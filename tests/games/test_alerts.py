"""What happened is written once, with a mail for each who has chosen its kind."""

import pytest

from games.alerts import Kind, tell
from games.collaborators import set_role
from games.models import Alert, AlertMail, Collaborator, Game, Stage, User
from games.publishing import create_game

pytestmark = pytest.mark.django_db


@pytest.fixture
def game() -> Game:
    return create_game("Duel of Dice", None, "duel0000dice")


@pytest.fixture
def stage(game: Game) -> Stage:
    return game.stage("live")


def add(game: Game, name: str, **fields: object) -> User:
    given = {"username": name, "email": f"{name}@example.org", **fields}
    user = User.objects.create(**given)
    set_role(game, user, Collaborator.Role.VIEWER, None)
    return user


def told() -> list[str]:
    return list(AlertMail.objects.order_by("pk").values_list("user__username", flat=True))


def test_what_happened_is_told_once(game: Game, stage: Stage) -> None:
    add(game, "ann")
    assert tell(stage, Kind.EXPIRY, "apns", "2026-12-08 14", "It expires.")
    assert not tell(stage, Kind.EXPIRY, "apns", "2026-12-08 14", "It expires, says another process.")
    assert Alert.objects.get().text == "It expires."
    assert told() == ["ann"]
    assert tell(stage, Kind.EXPIRY, "apns", "2026-12-08 3", "It expires soon.")
    assert tell(game.stage("preview"), Kind.EXPIRY, "apns", "2026-12-08 14", "It expires there.")
    assert told() == ["ann"] * 3


def test_people_of_the_game_who_chose_the_kind_are_told(game: Game, stage: Stage) -> None:
    add(game, "ann")
    add(game, "bob", mail_breaker=False)
    add(game, "cid", email="")
    add(game, "dan", is_active=False)
    add(create_game("Another", None), "eve")
    User.objects.create(username="ops", email="ops@example.org", is_superuser=True)
    tell(stage, Kind.BREAKER, "apns", "1", "It is in trouble.")
    assert told() == ["ann"]


@pytest.mark.parametrize(("kind", "names"), [("expiry", ["ann"]), ("breaker", ["ann"]), ("broadcast", [])])
def test_broadcasts_are_told_to_nobody_who_did_not_ask(
    game: Game, stage: Stage, kind: str, names: list[str]
) -> None:
    add(game, "ann")
    tell(stage, Kind(kind), "1", "1", "It happened.")
    assert told() == names


def test_who_comes_later_is_not_told_of_what_was(game: Game, stage: Stage) -> None:
    tell(stage, Kind.EXPIRY, "apns", "1", "It expires.")
    add(game, "ann")
    tell(stage, Kind.EXPIRY, "apns", "1", "It expires.")
    assert told() == []
