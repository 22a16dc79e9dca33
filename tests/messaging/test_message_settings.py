from typing import Any

import pytest

from games.models import AuditEntry, Game, User
from messaging.field_catalogue import message_classes
from messaging.message_settings import SettingsFault, compiled_versions, save_version, settings_of
from messaging.message_types import (
    ensure_message_types,
    message_type,
    remove_extension,
    save_extension,
)
from messaging.models import MessageType, MessageVersion
from messaging.settings_shape import DEFAULTS

FRENCH = {"segmentQuery": {"segment": "COUNTRY", "is": "FR"}, "title": "Bonjour"}


def faults_of(game: Game, settings: dict[str, Any]) -> list[str]:
    with pytest.raises(SettingsFault) as refused:
        save_version(message_type(game, "FriendMessage"), settings, None)
    assert MessageVersion.objects.count() == 0
    return refused.value.faults


def test_defaults_are_those_of_the_portals_messages_page() -> None:
    assert DEFAULTS == {
        "sendViaSocket": True,
        "sendAsPush": True,
        "suppressPushOnSocketSend": True,
        "includeInPushCount": True,
        "expireAfterHours": 60,
        "deviceTypes": [],
        "template": "",
        "title": "",
        "subTitle": "",
        "json": {},
        "variants": [],
    }


def test_saving_makes_a_version_with_its_author_and_note(game: Game, owner: User) -> None:
    row = message_type(game, "FriendMessage")
    version = save_version(row, {"title": "Hi", "variants": [FRENCH]}, owner, "Friendlier")
    row.refresh_from_db()
    assert version is not None
    assert row.current == version
    assert (version.number, version.note, version.author, version.author_name) == (
        1,
        "Friendlier",
        owner,
        "olga",
    )
    assert settings_of(version) == {
        **DEFAULTS,
        "title": "Hi",
        "variants": [{**FRENCH, "template": "", "subTitle": "", "json": {}}],
    }


def test_saving_what_is_there_makes_no_version(game: Game, owner: User) -> None:
    row = message_type(game, "FriendMessage")
    assert save_version(row, {}, owner) is None
    first = save_version(row, {"title": "Hi"}, owner)
    assert save_version(row, {"title": "Hi", "sendAsPush": True}, owner) == first
    assert row.versions.count() == 1


def test_every_change_is_a_new_version_and_an_audit_entry(game: Game, owner: User) -> None:
    row = message_type(game, "FriendMessage")
    before = game.stage("preview").version
    for title in ("Hi", "Hello", "Hi"):
        save_version(row, {"title": title}, owner)
    assert list(row.versions.values_list("number", "title")) == [(3, "Hi"), (2, "Hello"), (1, "Hi")]
    entries = AuditEntry.objects.filter(action="message.changed").order_by("id")
    assert [(entry.target, entry.detail["version"]) for entry in entries] == [
        ("FriendMessage", 1),
        ("FriendMessage", 2),
        ("FriendMessage", 3),
    ]
    assert game.stage("preview").version == before + 3


def test_back_to_the_defaults_is_a_version_too(game: Game, owner: User) -> None:
    row = message_type(game, "FriendMessage")
    save_version(row, {"title": "Hi"}, owner)
    version = save_version(row, {}, owner)
    assert version is not None
    assert (version.number, settings_of(version)) == (2, DEFAULTS)


def test_version_cannot_be_changed(game: Game, owner: User) -> None:
    version = save_version(message_type(game, "FriendMessage"), {"title": "Hi"}, owner)
    assert version is not None
    version.title = "Changed"
    with pytest.raises(TypeError, match="never changes"):
        version.save()
    with pytest.raises(TypeError, match="never changes"):
        MessageVersion.objects.update(title="Changed")
    assert MessageVersion.objects.get().title == "Hi"


def test_version_outlives_its_author(game: Game, owner: User) -> None:
    other = User.objects.create_user("peter")
    save_version(message_type(game, "FriendMessage"), {"title": "Hi"}, other)
    other.delete()
    version = MessageVersion.objects.get()
    assert (version.author, version.author_name) == (None, "peter")


def test_settings_of_a_stored_message_can_be_read_back(game: Game, owner: User) -> None:
    row = message_type(game, "FriendMessage")
    first = save_version(row, {"title": "Hi", "sendAsPush": False}, owner)
    save_version(row, {"title": "Hello"}, owner)
    assert first is not None
    compiled = compiled_versions([first.pk])[first.pk]
    assert (compiled.key, compiled.version_id, compiled.game_id) == ("FriendMessage", first.pk, game.pk)
    assert (compiled.texts.title[0].source, compiled.send_as_push) == ("Hi", False)


def test_settings_are_refused_with_every_fault(game: Game) -> None:
    assert faults_of(
        game,
        {
            "sendAsPush": "yes",
            "expireAfterHours": 8761,
            "deviceTypes": ["ios", "pager"],
            "title": "${who",
            "template": "Hi\n${'a' * 300000000}",
            "json": {
                "ios": {"alert": "x"},
                "fcm": {"token": "t", "data": {"a": "${who()}"}},
                "pager": {},
                "web": [],
            },
            "variants": [{"title": "x"}, {"segmentQuery": "", "subTitle": 3}],
            "colour": "red",
        },
    ) == [
        "colour: unknown key",
        "sendAsPush: expected true or false",
        "expireAfterHours: must be at most 8760",
        "deviceTypes[1]: expected one of ios, android, fcm, kindle, w8, wp8, viber, web",
        "template: line 2, column 3: arithmetic is not part of the template language",
        "title: line 1, column 3: something is not closed: expected `}`",
        "json.pager: unknown key",
        "json.ios.aps: required: an object",
        "json.fcm.token: not allowed: the server chooses the device",
        "json.fcm.data.a: line 1, column 6: a call is not part of the template language",
        "json.web: expected an object or null",
        "variants[0].segmentQuery: required",
        "variants[1].segmentQuery: expected a segment query's short code, or a query",
        "variants[1].subTitle: expected a text",
    ]


def test_variant_of_an_unknown_query_is_refused(game: Game) -> None:
    assert faults_of(game, {"variants": [{"segmentQuery": "GERMAN"}]}) == [
        'variants[0].segmentQuery: unknown segment query "GERMAN"'
    ]


def test_variants_own_query_is_checked(game: Game) -> None:
    faults = faults_of(game, {"variants": [{"segmentQuery": {"field": "shoeSize", "op": "eq", "value": 3}}]})
    assert faults[0].startswith("variants[0].segmentQuery.field: ")


def test_device_types_are_kept_once_and_in_order(game: Game, owner: User) -> None:
    version = save_version(message_type(game, "FriendMessage"), {"deviceTypes": ["web", "ios", "web"]}, owner)
    assert version is not None
    assert version.device_types == ["ios", "web"]


def test_standard_types_exist_without_rows(game: Game) -> None:
    assert MessageType.objects.count() == 0
    assert message_type(game, "FriendMessage") == message_type(game, "FriendMessage")
    assert message_type(game, "ScriptMessage_FLINT_FRIEND_INVITE").name == "Friend invitation"
    for key in ("Friendmessage", "ScriptMessage_DAILY_GIFT", "FLINT_FRIEND_INVITE"):
        with pytest.raises(MessageType.DoesNotExist):
            message_type(game, key)


def test_rows_of_all_types_are_made_once(game: Game) -> None:
    ensure_message_types(game)
    ensure_message_types(game)
    assert MessageType.objects.filter(game=game).count() == len(message_classes()) + 2


def test_extension_is_added_renamed_removed_and_brought_back(game: Game, owner: User) -> None:
    row = save_extension(game, "DAILY_GIFT", "Daily gift", "", owner)
    assert (row.key, row.ext_code, row.name) == ("ScriptMessage_DAILY_GIFT", "DAILY_GIFT", "Daily gift")
    save_version(row, {"title": "A gift"}, owner)
    save_extension(game, "DAILY_GIFT", "Daily gift", "Once a day", owner)
    save_extension(game, "DAILY_GIFT", "Daily gift", "Once a day", owner)
    remove_extension(row, owner)
    with pytest.raises(MessageType.DoesNotExist):
        message_type(game, "ScriptMessage_DAILY_GIFT")
    assert row.versions.count() == 1
    again = save_extension(game, "DAILY_GIFT", "Gift", "", owner)
    assert (again, again.current) == (row, None)
    actions = AuditEntry.objects.filter(target=row.key).order_by("id").values_list("action", flat=True)
    assert list(actions) == [
        "extension.added",
        "message.changed",
        "extension.changed",
        "extension.removed",
        "extension.added",
    ]


@pytest.mark.parametrize("code", ["", "daily", "1ST", "_A", "A-B", "A" * 65])
def test_extension_with_a_bad_code_is_refused(game: Game, owner: User, code: str) -> None:
    with pytest.raises(SettingsFault, match="shortCode: expected capital letters"):
        save_extension(game, code, "", "", owner)


@pytest.mark.parametrize("key", ["FriendMessage", "ScriptMessage_FLINT_FRIEND_ACCEPTED"])
def test_type_that_every_game_has_cannot_be_removed(game: Game, owner: User, key: str) -> None:
    with pytest.raises(SettingsFault, match="every game has it"):
        remove_extension(message_type(game, key), owner)
