import json
from typing import Any

import pytest

from games.config import GameConfig, compile_stage
from games.documents import DocumentFaults, export_game, import_game
from games.models import Game, User
from games.publishing import publish
from messaging.field_catalogue import message_classes
from messaging.message_settings import save_version
from messaging.message_types import ensure_message_types, message_type
from messaging.models import MessageType, MessageVersion
from messaging.settings_shape import DEFAULTS

FRENCH = {"shortCode": "FRENCH", "query": {"all": [{"segment": "COUNTRY", "is": "FR"}]}}
NO_JSON = dict.fromkeys(("ios", "android", "fcm", "kindle", "windows", "web"))
STARTED = {
    "shortCode": "ChallengeStartedMessage",
    **DEFAULTS,
    "expireAfterHours": 12,
    "template": "${challenge.challenger.name} is waiting",
    "json": {**NO_JSON, "ios": {"aps": {"badge": 1, "alert": "${summary}"}}},
    "variants": [
        {
            "segmentQuery": "FRENCH",
            "template": "${challenge.challenger.name} vous attend",
            "title": "",
            "subTitle": "",
            "json": {},
        }
    ],
}
GIFT = {"shortCode": "DAILY_GIFT", "name": "Daily gift", "description": "", **DEFAULTS, "json": NO_JSON}


def document(**sections: Any) -> str:
    segments = [{"shortCode": "COUNTRY", "values": [{"shortCode": "FR"}]}]
    base = {"format": "flint.game/1", "name": "Duel", "apiKey": "duel0000dice", "segments": segments}
    return json.dumps({**base, "segmentQueries": [FRENCH], **sections})


def exported(game: Game, stage: str = "preview") -> tuple[Any, Any]:
    data = json.loads(export_game(game, stage))
    return data["messages"], data["messageExtensions"]


def config_of(game: Game, stage: str) -> GameConfig:
    return compile_stage(game.stage(stage))


@pytest.fixture
def imported(game: Game, owner: User) -> Game:
    import_game(document(messages=[STARTED], messageExtensions=[GIFT]), owner)
    game.refresh_from_db()
    return game


def test_untouched_game_exports_no_messages(game: Game) -> None:
    ensure_message_types(game)
    assert exported(game) == ([], [])


def test_export_is_what_was_imported(imported: Game) -> None:
    assert exported(imported) == ([STARTED], [GIFT])


def test_importing_the_export_again_makes_no_version(imported: Game, owner: User) -> None:
    before = MessageVersion.objects.count()
    result = import_game(export_game(imported), owner)
    assert result.changes == []
    assert MessageVersion.objects.count() == before == 1


def test_section_is_the_whole_truth_about_its_types(imported: Game, owner: User) -> None:
    import_game(document(messages=[], messageExtensions=[]), owner)
    assert exported(imported) == ([], [])
    assert message_type(imported, "ChallengeStartedMessage").versions.count() == 2
    assert MessageType.objects.get(key="ScriptMessage_DAILY_GIFT").removed


def test_section_that_is_left_out_leaves_its_types_alone(imported: Game, owner: User) -> None:
    import_game(document(), owner)
    assert exported(imported) == ([STARTED], [GIFT])


def test_own_extension_is_exported_only_when_changed(game: Game, owner: User) -> None:
    row = message_type(game, "ScriptMessage_FLINT_FRIEND_INVITE")
    assert exported(game)[1] == []
    save_version(row, {"title": "A friend?"}, owner)
    invite = {
        "shortCode": "FLINT_FRIEND_INVITE",
        "name": "Friend invitation",
        "description": "",
        **DEFAULTS,
        "title": "A friend?",
        "json": NO_JSON,
    }
    assert exported(game)[1] == [invite]
    import_game(document(messageExtensions=[]), owner)
    assert exported(game)[1] == []
    assert not MessageType.objects.get(pk=row.pk).removed


def test_faults_are_listed_with_their_paths(game: Game, owner: User) -> None:
    messages = [
        {"shortCode": "NoSuchMessage"},
        {"shortCode": "FriendMessage", "title": "${who()}", "variants": [{"segmentQuery": "GERMAN"}]},
        {"shortCode": "FriendMessage"},
    ]
    extensions = [{"shortCode": "gift", "json": {"ios": {"aps": {"alert": "${"}}}}]
    with pytest.raises(DocumentFaults) as refused:
        import_game(document(messages=messages, messageExtensions=extensions), owner)
    choices, *others = refused.value.faults
    assert choices.startswith("messages[0].shortCode: expected one of AchievementEarnedMessage, Challenge")
    assert others == [
        "messages[1].title: line 1, column 6: a call is not part of the template language",
        'messages[2].shortCode: "FriendMessage" is there twice',
        'messages[1].variants[0].segmentQuery: unknown segment query "GERMAN"',
        "messageExtensions[0].shortCode: expected capital letters, digits and _, a letter first",
        "messageExtensions[0].json.ios.aps.alert: line 1, column 1: something is not closed: expected `}`",
    ]


@pytest.mark.parametrize("data", [None, 7, "x", {}, [7], [{"shortCode": ["x"]}], [{"variants": 3}]])
def test_data_without_shape_is_refused_and_breaks_nothing(game: Game, owner: User, data: Any) -> None:
    with pytest.raises(DocumentFaults):
        import_game(document(messages=data), owner)
    with pytest.raises(DocumentFaults):
        import_game(document(messageExtensions=data), owner)


def test_preview_compiles_every_type_with_its_version(imported: Game) -> None:
    messages = config_of(imported, "preview").sections["messages"]
    version = message_type(imported, "ChallengeStartedMessage").current
    assert version is not None
    started = messages["ChallengeStartedMessage"]
    assert (started.version_id, started.game_id, started.expire_after_hours) == (version.pk, imported.pk, 12)
    assert started.texts.summary[0].source == "${challenge.challenger.name} is waiting"
    assert started.variants[0].query == "FRENCH"
    assert messages["FriendMessage"].version_id is None
    assert messages["ScriptMessage_DAILY_GIFT"].ext_code == "DAILY_GIFT"
    assert len(messages) == len(message_classes()) + 2 + 1
    assert "ScriptMessage_FLINT_FRIEND_INVITE" in messages


def test_extension_that_is_gone_reads_as_its_class(imported: Game) -> None:
    messages = config_of(imported, "preview").sections["messages"]
    assert "ScriptMessage_GONE" not in messages
    assert messages["ScriptMessage_GONE"] is messages["ScriptMessage"]
    with pytest.raises(KeyError):
        messages["NoSuchMessage"]


def test_live_keeps_the_published_versions_until_the_next_publish(imported: Game, owner: User) -> None:
    row = message_type(imported, "ChallengeStartedMessage")
    first = row.current
    publish(imported, owner, "First")
    second = save_version(row, {"template": "Changed"}, owner)
    assert first is not None
    assert second is not None
    live = config_of(imported, "live").sections["messages"]["ChallengeStartedMessage"]
    preview = config_of(imported, "preview").sections["messages"]["ChallengeStartedMessage"]
    assert (live.version_id, live.texts.summary[0].source) == (
        first.pk,
        "${challenge.challenger.name} is waiting",
    )
    assert (preview.version_id, preview.texts.summary[0].source) == (second.pk, "Changed")
    publish(imported, owner, "Second")
    live = config_of(imported, "live").sections["messages"]["ChallengeStartedMessage"]
    assert live.version_id == second.pk
    assert exported(imported, "live")[0][0]["template"] == "Changed"
