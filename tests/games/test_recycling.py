"""The recycle bin: what a deleted game still is, who may restore it, and what is left after ten days."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from games.accounts import access_tokens
from games.collaborators import games_of, set_role
from games.config import compile_stage
from games.documents import DocumentFaults, import_game
from games.models import STAGES, AuditEntry, Collaborator, Game, Stage, User
from games.publishing import create_game, publish
from games.recycling import Gone, delete_game, kept_until, recycled_of, restore_game, sweep
from messaging.models import Message, PlayerMessage
from players.models import Player
from protocol.dates import now_ms
from tests.games.duel import TEXT

pytestmark = pytest.mark.django_db
Role = Collaborator.Role


@pytest.fixture
def duel_game(owner: User) -> Game:
    return import_game(TEXT, owner).game


def age(game: Game, days: float) -> None:
    Game.objects.filter(pk=game.pk).update(deleted=timezone.now() - timedelta(days=days))
    game.refresh_from_db()


def actions(game: Game) -> list[tuple[str, str]]:
    rows = AuditEntry.objects.filter(game=game, action__in=("game.deleted", "game.restored")).order_by("pk")
    return [(row.action, row.actor_name) for row in rows]


def test_a_deleted_game_runs_nothing_and_is_nobodys(duel_game: Game, owner: User) -> None:
    publish(duel_game, owner)
    before = {name: duel_game.stage(name).version for name in STAGES}
    delete_game(duel_game, owner)
    delete_game(duel_game, owner)  # a second click
    for name in STAGES:
        stage = duel_game.stage(name)
        config = compile_stage(stage)
        assert stage.version == before[name] + 1
        assert config.published is False
        assert dict(config.credentials) == {}
        assert not config.sections["events"]
    assert list(games_of(owner)) == []
    assert list(games_of(User.objects.create(username="root", is_superuser=True))) == []
    assert actions(duel_game) == [("game.deleted", "olga")]


def test_a_restored_game_is_what_it_was(duel_game: Game, owner: User) -> None:
    publish(duel_game, owner)
    delete_game(duel_game, owner)
    restore_game(duel_game, owner)
    assert list(games_of(owner)) == [duel_game]
    for name in STAGES:
        config = compile_stage(duel_game.stage(name))
        assert config.published is True
        assert set(config.credentials) >= {"device", "server"}
        assert config.sections["events"]
    assert actions(duel_game) == [("game.deleted", "olga"), ("game.restored", "olga")]
    with pytest.raises(Gone):
        restore_game(duel_game, owner)


def test_the_bin_is_for_owners_and_for_ten_days(game: Game, owner: User) -> None:
    admin = User.objects.create(username="adam")
    set_role(game, admin, Role.ADMIN, owner)
    root = User.objects.create(username="root", is_superuser=True)
    assert list(recycled_of(owner)) == []
    delete_game(game, owner)
    age(game, 9.9)
    assert [list(recycled_of(user)) for user in (owner, admin, root)] == [[game], [], [game]]
    assert timedelta(0) < kept_until(game) - timezone.now() < timedelta(hours=3)
    age(game, 10.1)
    assert [list(recycled_of(user)) for user in (owner, admin, root)] == [[], [], []]
    with pytest.raises(Gone):
        restore_game(game, owner)


def test_tokens_of_a_deleted_game_open_nothing(game: Game, owner: User) -> None:
    text = access_tokens.create(owner, game, "build", Role.OWNER, timezone.now() + timedelta(days=1))
    assert access_tokens.find(text) is not None
    delete_game(game, owner)
    assert access_tokens.find(text) is None
    restore_game(game, owner)
    assert access_tokens.find(text) is not None


def test_an_import_does_not_reach_into_the_bin(game: Game, owner: User) -> None:
    delete_game(game, owner)
    document = f'{{"format": "flint.game/1", "apiKey": "{game.api_key}", "name": "Other"}}'
    with pytest.raises(DocumentFaults, match="is the key of a game in the recycle bin"):
        import_game(document, owner)
    game.refresh_from_db()
    assert game.name != "Other"


def rows_everywhere() -> dict[str, int]:
    """How many rows each table has that is about games."""
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in ("games", "players", "push", "messaging", "competition", "cloudcode")
        and not model._meta.proxy
    }


def test_the_sweep_takes_all_of_a_game_and_nothing_of_another(owner: User) -> None:
    other = create_game("Kept", owner)
    import_game(TEXT, owner, publish=True)
    game = Game.objects.exclude(pk=other.pk).get()
    for each in (game, other):
        for name in STAGES:
            fill(each.stage(name))
    delete_game(game, owner)
    age(game, 9.9)
    assert sweep() is False
    assert Game.objects.count() == 2
    age(game, 10.1)
    for _ in range(200):
        if not sweep():
            break
    else:
        pytest.fail("the sweep comes to no end")
    assert list(Game.objects.all()) == [other]
    assert rows_everywhere()["players.Player"] == 2
    assert rows_everywhere()["messaging.PlayerMessage"] == 2
    assert set(Stage.objects.values_list("game", flat=True)) == {other.pk}
    swept = AuditEntry.objects.get(action="game.swept")
    assert (swept.game, swept.target, swept.actor_name) == (None, game.api_key, "console")
    left = rows_everywhere()
    other.delete()
    assert left["games.AuditEntry"] > 1
    gone = {name: count for name, count in rows_everywhere().items() if count}
    assert gone.keys() == {"games.User", "games.AuditEntry"}


def fill(stage: Stage) -> None:
    player = Player.objects.create(stage=stage, user_name="ana")
    times = {"created_ms": now_ms(), "expires_ms": now_ms() + 10**7}
    message = Message.objects.create(stage=stage, message_class="FriendMessage", **times)
    PlayerMessage.objects.create(message=message, player=player, document="{}", **times)


def test_the_sweep_goes_batch_by_batch(game: Game, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("games.recycling.BATCH", 2)
    Player.objects.bulk_create(Player(stage=game.stage("live")) for _ in range(5))
    delete_game(game, owner)
    age(game, 11)
    left = []
    while sweep():
        left.append(Player.objects.count())
    assert list(dict.fromkeys(left)) == [3, 1, 0]
