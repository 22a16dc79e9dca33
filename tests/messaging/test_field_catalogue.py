import pytest

from messaging.field_catalogue import (
    declared_names,
    fields_of,
    group_of,
    message_classes,
    name_warnings,
    sample_fields,
)
from messaging.language import compile_template
from protocol.catalogue import reference


def warnings(message_class: str, source: str) -> list[str]:
    return [str(warning) for warning in name_warnings(message_class, compile_template(source, 1000).uses)]


def test_catalogue_has_all_29_classes_with_the_fields_of_the_reference() -> None:
    documents = reference("messages")
    assert set(message_classes()) == set(documents)
    assert len(message_classes()) == 29
    made_by_templates = {"notification", "summary", "title", "subTitle"}
    for message_class, document in documents.items():
        assert group_of(message_class) == document["group"]
        types = {name: field.type for name, field in fields_of(message_class).items()}
        expected = {
            name: type_ for name, type_ in document["fields"].items() if name not in made_by_templates
        }
        assert expected.items() <= types.items()


@pytest.mark.parametrize("message_class", message_classes())
def test_sample_message_has_a_value_for_every_declared_name(message_class: str) -> None:
    context = {
        **sample_fields(message_class),
        "gameId": 1,
        "playerId": "p",
        "messageId": "m",
        "scriptData": [{}],
        "player": {
            "id": "p",
            "userName": "u",
            "displayName": "d",
            "online": True,
            "segments": {},
            "scriptData": {},
        },
    }
    for name in declared_names(message_class):
        assert compile_template(f"${{{name}}}", 5000).render(context).warnings == (), name


def test_sample_message_of_a_friend_message() -> None:
    assert sample_fields("FriendMessage") == {
        "fromId": "text",
        "message": "See you at eight?",
        "who": "Ada",
    }


@pytest.mark.parametrize(
    ("message_class", "source", "words"),
    [
        (
            "ChallengeStartedMessage",
            "Hi ${chalenge.name}",
            "line 1, column 6: `chalenge` is not a field of this message; did you mean `challenge`?",
        ),
        (
            "ChallengeStartedMessage",
            "\n${challenge.chalenger.name}",
            "line 2, column 3: `challenge.chalenger` is not a field of this message; "
            "did you mean `challenge.challenger`?",
        ),
        ("FriendMessage", "${zzz}", "line 1, column 3: `zzz` is not a field of this message"),
        (
            "FriendMessage",
            "${player.displayname}",
            "line 1, column 3: `player.displayname` is not a field of this message; "
            "did you mean `player.displayName`?",
        ),
        ("FriendMessage", "${who.first}", "line 1, column 3: `who.first` is not a field of this message"),
    ],
)
def test_unknown_name_is_warned_about(message_class: str, source: str, words: str) -> None:
    assert warnings(message_class, source) == [words]


@pytest.mark.parametrize(
    ("message_class", "source"),
    [
        ("ScriptMessage", "${data.anything.at.all} ${scriptData.x} ${extCode}"),
        ("NewHighScoreMessage", "${leaderboardData.SUM-SCORE} ${achievementsEarned[0]}"),
        ("MatchFoundMessage", "${participants[1].displayName} ${participants.0.externalIds.fb}"),
        ("ChallengeWonMessage", "${challenge.accepted[0].name} ${challenge.scriptData.player1Score}"),
        ("UploadCompleteMessage", "${uploadData.origFileName}"),
        ("FriendMessage", "${player.segments.COUNTRY} ${player.scriptData.a.b} ${gameId} ${messageId}"),
    ],
)
def test_known_and_open_names_are_not_warned_about(message_class: str, source: str) -> None:
    assert warnings(message_class, source) == []
