"""What two people changed of one object, and both put together."""

from games.conflicts import Difference, differences, fields_of, put_together

BASE = {"title": "Hi", "push": True, "hours": 60, "json": {"ios": {"aps": {}}}, "variants": []}


def test_differences_names_each_field_that_is_not_the_same_in_all_three() -> None:
    theirs = {**BASE, "title": "Hello", "hours": 1}
    yours = {**BASE, "title": "Hey", "push": False, "json": {"ios": {"aps": {}}, "web": {"a": 1}}}
    assert differences(BASE, theirs, yours) == [
        Difference("title", "Hi", "Hello", "Hey"),
        Difference("push", True, True, False),
        Difference("hours", 60, 1, 60),
        Difference("json.web", None, None, {"a": 1}),
    ]


def test_a_field_that_both_changed_is_to_be_chosen_and_yours_until_then() -> None:
    found = Difference("title", "Hi", "Hello", "Hey")
    assert (found.by_both, found.merged) == (True, "Hey")


def test_a_field_that_one_changed_is_theirs_who_did() -> None:
    found = [Difference("hours", 60, 1, 60), Difference("hours", 60, 60, 2), Difference("hours", 60, 5, 5)]
    assert [(each.by_both, each.merged) for each in found] == [(False, 1), (False, 2), (False, 5)]


def test_what_one_emptied_stays_empty() -> None:
    found = Difference("json.ios", {"aps": {}}, None, {"aps": {}})
    assert (found.by_both, found.merged) == (False, None)
    assert put_together(BASE, {"json.ios": None, "json.web": {"a": 1}, "title": ""}) == {
        **BASE,
        "title": "",
        "json": {"web": {"a": 1}},
    }
    assert BASE["json"] == {"ios": {"aps": {}}}


def test_fields_go_one_level_down() -> None:
    assert list(fields_of(BASE)) == ["title", "push", "hours", "json.ios", "variants"]
