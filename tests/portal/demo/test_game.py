import json
from pathlib import Path

import pytest

from games.documents import DocumentFaults
from games.models import User
from games.recycling import delete_game
from messaging.message_settings import settings_of
from messaging.models import MessageType
from players.models import Friendship, Player
from portal.demo.game import DOCUMENT, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return User.objects.create_user("admin")


def template() -> str:
    return str(settings_of(MessageType.objects.get(key="FriendMessage").current)["template"])


def test_demo_game_comes_with_friends_segments_and_an_owner(owner: User) -> None:
    demo = load(owner)
    stage = demo.game.stage("preview")
    players = {player.user_name: player for player in Player.objects.filter(stage=stage)}
    assert {name: player.segments for name, player in players.items()} == {
        "anna": {"COUNTRY": "GB"},
        "mia": {"COUNTRY": "GB"},
        "pascal": {"COUNTRY": "FR"},
    }
    friends = Friendship.objects.filter(player=players["anna"]).values_list("friend__user_name", flat=True)
    assert sorted(friends) == ["mia", "pascal"]
    assert [row.user_id for row in demo.game.collaborators.all()] == [owner.pk]
    assert demo.game.stage("live").snapshot is not None


def test_demo_game_is_imported_again_only_when_its_document_changed(owner: User, tmp_path: Path) -> None:
    document = tmp_path / "game.json"
    document.write_text(DOCUMENT.read_text())
    assert load(owner, document).changes
    assert load(owner, document).changes is None
    document.write_text(DOCUMENT.read_text().replace("${who} writes: ${message}", "${who}: ${message}"))
    assert load(owner, document).changes == ["messages: changed FriendMessage"]
    assert template() == "${who}: ${message}"


def test_demo_game_comes_back_out_of_the_recycle_bin(owner: User) -> None:
    game = load(owner).game
    delete_game(game, owner)
    assert load(owner).changes is None
    game.refresh_from_db()
    assert game.deleted is None


def test_demo_game_keeps_what_operators_changed(owner: User) -> None:
    from messaging.message_settings import save_version

    game = load(owner).game
    row = MessageType.objects.get(game=game, key="FriendMessage")
    save_version(row, {**settings_of(row.current), "template": "by hand"}, owner, "")
    load(owner)
    assert template() == "by hand"


def test_demo_game_names_the_faults_of_a_broken_document(owner: User, tmp_path: Path) -> None:
    document = tmp_path / "game.json"
    document.write_text(json.dumps({**json.loads(DOCUMENT.read_text()), "segments": []}))
    with pytest.raises(DocumentFaults) as refused:
        load(owner, document)
    assert 'players[0].segments: unknown segment "COUNTRY"' in refused.value.faults
