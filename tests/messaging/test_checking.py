"""What is said of texts that are being typed: faults with their places, and names that are misspelt."""

import pytest

from messaging.checking import DraftTexts, Problem, check_draft


def test_a_draft_without_problems_has_none() -> None:
    own = DraftTexts("Hi ${player.displayName}", "", "${who}", {"ios": '{"aps": {"alert": "${title}"}}'})
    assert check_draft("FriendMessage", own, [DraftTexts()]) == []


def test_misspelt_names_are_warned_of_where_they_stand() -> None:
    (problem,) = check_draft("ChallengeStartedMessage", DraftTexts(title="Go, ${chalenge.challenger.name}!"))
    assert problem == Problem(
        "title",
        None,
        "warning",
        "`chalenge` is not a field of this message; did you mean `challenge`?",
        line=1,
        column=7,
        length=8,
        suggestion="challenge",
    )


def test_what_is_open_is_never_warned_of() -> None:
    own = DraftTexts(template="${data.anything} ${scriptData.at.all} ${player.segments.COUNTRY}")
    assert check_draft("ScriptMessage", own) == []


@pytest.mark.parametrize(
    ("source", "message", "column"),
    [
        ("Hi ${who", "something is not closed: expected `}`", 6),
        ("${who|shout}", 'no filter is called "shout"', 7),
        ("${1 + 1}", "arithmetic is not part of the template language", 3),
    ],
)
def test_faults_say_line_and_column(source: str, message: str, column: int) -> None:
    (problem,) = check_draft("FriendMessage", DraftTexts(template=f"one\n{source}"))
    assert problem.message.startswith(message)
    assert (problem.field, problem.severity, problem.line, problem.column) == ("template", "fault", 2, column)


@pytest.mark.parametrize(
    ("provider", "text", "message", "path", "place"),
    [
        ("ios", '{"aps": {"alert": "${who"}}', "something is not closed: expected `}`", ".aps.alert", (1, 3)),
        ("ios", '{"custom": 1}', "required: an object", ".aps", (1, 1)),
        ("android", '{"token": "x"}', "not allowed: the server chooses the device", ".token", (1, 1)),
        ("web", '{\n "a": 1,\n}', "is not JSON: ", "", (3, 1)),
        ("web", "[1]", "expected an object", "", (1, 1)),
        ("web", '{"a": NaN}', "NaN is not JSON", "", (1, 1)),
        ("fcm", '{"data": {"by": ["${hwo}"]}}', "`hwo` is not a field", ".data.by[0]", (1, 3)),
    ],
)
def test_payloads_say_where(
    provider: str, text: str, message: str, path: str, place: tuple[int, int]
) -> None:
    (problem,) = check_draft("FriendMessage", DraftTexts(), [DraftTexts(json={provider: text})])
    assert problem.message.startswith(message)
    assert (problem.field, problem.variant, problem.path) == (f"json.{provider}", 0, path)
    assert (problem.line, problem.column) == place
