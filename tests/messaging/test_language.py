import timeit
from typing import Any

import pytest

from messaging.language import Rendered, Template, TemplateFailed, TemplateFault, compile_template

MESSAGE: dict[str, Any] = {
    "who": "Ada",
    "message": None,
    "leaderboardData": {"SUM-SCORE": 10.0, "top-10": 3, "SUM": 1, "SCORE": 2},
    "data": {"items": "three", "keys": ["a", "b"], "wins": 7, "won": True, "_id": 5, "class": {"if": "x"}},
    "challenge": {"challenger": {"name": "Grace"}, "accepted": [{"name": "Ada"}, {"name": "Grace"}]},
}


def shown(source: str) -> str:
    return str(compile_template(source, 200).render(MESSAGE).value)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Hello", "Hello"),
        ("", ""),
        ("$ {who} ${ who } {{who}} {# x #}", "$ {who} Ada {{who}} {# x #}"),
        ("${challenge.challenger.name} is waiting", "Grace is waiting"),
        ("${leaderboardData.SUM-SCORE}", "10"),
        ("${leaderboardData.top-10|default(0)}", "3"),
        ("${leaderboardData['SUM-SCORE']}", "10"),
        ("${data.items} ${data.keys}", 'three ["a","b"]'),
        ("${data.class.if} ${data._id}", "x 5"),
        ("${challenge.accepted[1].name} ${challenge.accepted.0.name}", "Grace Ada"),
        ("${challenge['accepted'][2]}", ""),
        ("[${message}]", "[]"),
        ("${data.won}", "true"),
        ("${'${who}'}", "${who}"),
        ("a\r\nb", "a\nb"),
        ("{% if data.wins > 5 %}many{% elif data.wins %}some{% else %}none{% endif %}", "many"),
        ("{% if message %}said{% else %}silent{% endif %}", "silent"),
        ("{% if message == none and not data.lost %}yes{% endif %}", "yes"),
        ("{% if 'a' in data.keys %}in{% endif %}", "in"),
        ("{% if 1 < data.wins <= 7 %}in range{% endif %}", "in range"),
        ("${'won' if data.won else 'lost'}", "won"),
        ("${who|upper|truncate(2)}", "A…"),
        ("${data.keys|join(' and ')}", "a and b"),
        ("${data.keys|length} ${data.keys|first} ${data.keys|last}", "2 a b"),
        ("${data.level|default('one')}", "one"),
        ("${message|default(who)}", "Ada"),
        ("${' x '|trim|title}", "X"),
        ("${'7.6'|float|round} ${'x'|int(3)}", "8 3"),
        ("  {%- if who %} hi {%- endif -%}  !", " hi!"),
    ],
)
def test_template_renders(source: str, text: str) -> None:
    assert shown(source) == text


HOSTILE = [
    ("{% for x in data.keys %}${x}{% endfor %}", 1, 4, "a loop is not part of the template language"),
    ("Hi ${data.keys()}", 1, 15, "a call is not part of the template language"),
    ("${who} ${'a' * 300000000}", 1, 10, "arithmetic is not part of the template language"),
    ("${1 + 1}", 1, 3, "arithmetic is not part of the template language"),
    ("${data.wins - 1}", 1, 3, "arithmetic is not part of the template language"),
    ("${who ~ who}", 1, 3, "a concatenation is not part of the template language"),
    ("Hi\n ${who.__class__}", 2, 7, '"__class__" is not the name of a field'),
    ("${who['__class__']['__mro__'][1]}", 1, 20, '"__mro__" is not the name of a field'),
    ("${(who).__class__.__base__.__subclasses__()}", 1, 42, "a call is not part of the template language"),
    ("${('x' if who else 'y').upper}", 1, 4, "this is not part of the template language"),
    ("${data[who]}", 1, 8, "only a constant name or number may stand in brackets"),
    ("${data.keys[0:1]}", 1, 13, "only a constant name or number may stand in brackets"),
    ("${who|attr('x')}", 1, 7, 'no filter is called "attr"'),
    ("${who|replace('a', 'aaaa')}", 1, 7, 'no filter is called "replace"'),
    ("${who|truncate(1, 2, 3, 4)}", 1, 7, 'the filter "truncate" does not take 4 arguments'),
    ("${who|truncate(length=3)}", 1, 7, 'the filter "truncate" takes its arguments by position'),
    ("${who is defined}", 1, 7, "an `is` test is not part of the template language"),
    ("{% macro m() %}{% endmacro %}", 1, 4, "a macro is not part of the template language"),
    ("{% call m() %}{% endcall %}", 1, 4, "a macro is not part of the template language"),
    ("{% include 'x' %}", 1, 4, "an include is not part of the template language"),
    ("{% import 'x' as y %}", 1, 4, "an import is not part of the template language"),
    ("{% extends 'x' %}", 1, 4, "an inheritance is not part of the template language"),
    ("{% block b %}{% endblock %}", 1, 4, "a block is not part of the template language"),
    ("{% set x = 1 %}", 1, 4, "an assignment is not part of the template language"),
    ("{% with x = 1 %}{% endwith %}", 1, 4, "an assignment is not part of the template language"),
    ("{% filter upper %}x{% endfilter %}", 1, 4, "a filter block is not part of the template language"),
    ("{% raw %}${who}{% endraw %}", 1, 1, "raw is not part of the template language"),
    ("{% do who %}", 1, 4, "not part of the template language: 'do'"),
    ("${[1, 2, 3]}", 1, 3, "a list is not part of the template language"),
    ("${{'a': 1}}", 1, 3, "an object is not part of the template language"),
    ("${" + "(" * 300 + "1" + ")" * 300 + "}", 1, 13, "is nested too deeply"),
    ("${" + "not " * 190 + "who}", 1, 43, "is nested too deeply"),
    ("{% if a %}" * 30 + "{% endif %}" * 30, 1, 104, "is nested too deeply"),
    ("${" + "who|upper" + "|upper" * 60 + "}", 1, 307, "is nested too deeply"),
    ("${who" + ".a" * 40 + "}", 1, 84, "a path of more than 16 names"),
    ("${who}" * 101, 1, 603, "more than 100 values and conditions"),
    ("{% if a %}" + "{% elif b %}" * 40 + "{% endif %}" + "${a}" * 60, 1, 740, "more than 100 values"),
    ("${" + "1 < " * 150 + "1}", 1, 403, "more than 100 values"),
    ("x" * 801, 1, 801, "is longer than 800 characters"),
    ("a\nb\x00", 2, 2, "holds a character that cannot be sent"),
    ("\ud800", 1, 1, "holds a character that cannot be sent"),
    ("Hi ${who", 1, 6, "something is not closed"),
    ("${who}\n{% if who %}x", 2, 13, "something is not closed"),
    ("${", 1, 1, "something is not closed"),
    ("${}", 1, 3, "expected an expression, got `}`"),
    ("${a b}", 1, 5, "expected `}`, got 'b'"),
    ("${a @ b}", 1, 5, "unexpected char '@'"),
    ("${'a}", 1, 3, "unexpected char"),
]


@pytest.mark.parametrize(("source", "line", "column", "words"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_template_is_refused_with_its_position(
    source: str, line: int, column: int, words: str
) -> None:
    with pytest.raises(TemplateFault) as caught:
        compile_template(source, 200)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.message.startswith(words)


def test_undefined_path_renders_empty_and_warns() -> None:
    template = compile_template("[${chalenge.challenger.name}] ${who.first} ${chalenge.challenger.name}", 200)
    assert template.render(MESSAGE) == Rendered(
        "[]  ", ('"chalenge.challenger.name" is not in the message', '"who.first" is not in the message')
    )


def test_undefined_path_warns_through_a_filter_but_not_in_a_condition_or_with_a_default() -> None:
    template = compile_template("${a.b|upper}{% if c %}x{% endif %}${d|default('-')}", 200)
    assert template.render(MESSAGE) == Rendered("-", ('"a.b" is not in the message',))


def test_undefined_path_is_in_no_order_with_anything() -> None:
    assert shown("{% if lost > 3 or lost <= 3 %}x{% else %}y{% endif %}") == "y"
    assert shown("{% if message > 3 or 3 > message %}x{% else %}y{% endif %}") == "y"


def test_none_renders_empty_without_a_warning() -> None:
    assert compile_template("${message}${message|upper}", 200).render(MESSAGE) == Rendered("")


def test_senders_text_is_data_and_never_a_template() -> None:
    message = {"message": "${title} {# x {% if %} ${'a'*9}"}
    assert compile_template("${message}", 200).render(message) == Rendered("${title} {# x {% if %} ${'a'*9}")
    assert compile_template("${message|trim}", 200).render(message) == Rendered(
        "${title} {# x {% if %} ${'a'*9}"
    )


def test_long_text_is_cut_and_warns() -> None:
    template = compile_template("${message}", 200)
    assert template.render({"message": "😀" * 300}) == Rendered("😀" * 200, ("is cut after 200 characters",))


def test_values_that_do_not_compare_fail_the_template() -> None:
    template = compile_template("{% if who < 3 %}x{% endif %}", 200)
    with pytest.raises(TemplateFailed, match="not supported between"):
        template.render(MESSAGE)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("Hello", "constant"),
        ("${'Hello'}", "constant"),
        ("Hi ${who}, ${data.items}", "paths"),
        ("${who|upper}", "jinja"),
        ("{% if who %}x{% endif %}", "jinja"),
    ],
)
def test_template_kind(source: str, kind: str) -> None:
    assert compile_template(source, 200).kind == kind


@pytest.mark.parametrize(
    ("source", "names_player"),
    [
        ("${who} ${challenge.player}", False),
        ("${player.displayName}", True),
        ("${playerId}", True),
        ("{% if messageId %}x{% endif %}", True),
        ("{% if who == player.displayName %}x{% endif %}", True),
        ("player", False),
    ],
)
def test_template_that_names_the_recipient(source: str, names_player: bool) -> None:
    assert compile_template(source, 200).names_player is names_player


def test_paths_are_kept_with_their_positions() -> None:
    template = compile_template("a\n ${who} {% if data.SUM-x %}${challenge.accepted[0]}{% endif %}", 200)
    assert [(use.name, use.line, use.column) for use in template.uses] == [
        ("who", 2, 4),
        ("data.SUM-x", 2, 15),
        ("challenge.accepted[0]", 2, 30),
    ]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("${data.wins}", 7),
        ("${data.won}", True),
        ("${leaderboardData.SUM-SCORE}", 10.0),
        ("${data.keys}", ["a", "b"]),
        ("${data.level|default(1)}", 1),
        ("${message}", None),
        (" ${data.wins}", " 7"),
        ("${data.wins}${data.wins}", "77"),
        ("{% if data.won %}${data.wins}{% endif %}", "7"),
    ],
)
def test_exactly_one_value_keeps_its_type(source: str, value: Any) -> None:
    assert compile_template(source, 200).value(MESSAGE) == Rendered(value)


def microseconds(template: Template) -> float:
    return min(timeit.repeat(lambda: template.render(MESSAGE), number=100, repeat=100)) * 10_000


def test_constant_and_plain_path_templates_render_within_ten_microseconds() -> None:
    assert microseconds(compile_template("Hello", 200)) < 10
    assert microseconds(compile_template("${who} scored ${leaderboardData.SUM-SCORE}", 200)) < 10
