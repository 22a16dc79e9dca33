import json
from typing import Any

import pytest

from messaging.json_templates import JsonTemplateFault, compile_json
from messaging.language import Rendered

MESSAGE: dict[str, Any] = {
    "who": 'Ada "the\n\\Great" ${title}',
    "summary": "Hi",
    "data": {"score": 7, "won": False, "list": [1, {"a": None}], "nothing": None},
}


def test_leaves_are_rendered_and_other_values_kept() -> None:
    template = compile_json(
        {"aps": {"badge": 1, "alert": "${summary}!", "on": None}, "list": ["${summary}", 2.5]}
    )
    assert template.render(MESSAGE) == Rendered(
        {"aps": {"badge": 1, "alert": "Hi!", "on": None}, "list": ["Hi", 2.5]}
    )


@pytest.mark.parametrize(
    ("leaf", "value"),
    [
        ("${data.score}", 7),
        ("${data.won}", False),
        ("${data.list}", [1, {"a": None}]),
        ("${data.nothing}", None),
        ("${data.level|default(3)}", 3),
        ("${data.score} points", "7 points"),
    ],
)
def test_leaf_that_is_one_value_keeps_its_type(leaf: str, value: Any) -> None:
    assert compile_json({"leaf": leaf}).render(MESSAGE).value == {"leaf": value}


def test_name_with_quotes_cannot_break_or_inject_json() -> None:
    rendered = compile_json({"alert": "${who}", "own": "from ${who}"}).render(MESSAGE).value
    assert json.loads(json.dumps(rendered)) == {
        "alert": 'Ada "the\n\\Great" ${title}',
        "own": 'from Ada "the\n\\Great" ${title}',
    }


def test_keys_are_not_templates() -> None:
    assert compile_json({"${who}": "x"}).render(MESSAGE).value == {"${who}": "x"}


def test_undefined_leaf_is_empty_and_warns() -> None:
    assert compile_json({"a": "${no.such}", "b": ["${no.such}"]}).render(MESSAGE) == Rendered(
        {"a": "", "b": [""]}, ('"no.such" is not in the message',)
    )


def test_fault_names_the_leaf_and_the_position_in_it() -> None:
    with pytest.raises(JsonTemplateFault) as caught:
        compile_json({"aps": {"lines": ["ok", "x ${a()}"]}})
    fault = caught.value
    assert str(fault) == ".aps.lines[1]: line 1, column 6: a call is not part of the template language"


@pytest.mark.parametrize("depth", [17, 900])
def test_deep_json_is_refused(depth: int) -> None:
    value: Any = "x"
    for _ in range(depth):
        value = {"a": value}
    with pytest.raises(JsonTemplateFault, match="nested too deeply or too large"):
        compile_json(value)


def test_large_json_is_refused() -> None:
    with pytest.raises(JsonTemplateFault, match="nested too deeply or too large"):
        compile_json({"list": ["x"] * 1000})


def test_names_are_those_of_all_leaves() -> None:
    assert compile_json({"a": "${who}", "b": [{"c": "${player.id} ${data.x}"}]}).names == {
        "who",
        "player",
        "data",
    }
