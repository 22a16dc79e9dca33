import timeit
from dataclasses import replace
from time import thread_time
from typing import Any

import pytest

from games.events import Overrides
from messaging.compiling import compile_message
from messaging.rendering import CompiledMessage, Texts, choose_variant, loads_of, render
from messaging.settings_shape import DEFAULTS
from players.facts import Recipient
from players.segment_queries import compile_query
from tests.pace import slowness

FIELDS = {"fromId": "f1", "message": "${title} {# x", "who": "Ada"}
LEA = Recipient("p1", "lea", "Léa", segments={"COUNTRY": "FR"}, script_data={"level": 3})
BEN = Recipient("p2", "ben", "Ben")
FRENCH: dict[str, Any] = {"segmentQuery": "FRENCH", "template": "", "title": "", "subTitle": "", "json": {}}
QUERIES = {"FRENCH": compile_query({"segment": "COUNTRY", "is": "FR"})}


def friend_message(**settings: Any) -> CompiledMessage:
    return compile_message("FriendMessage", {**DEFAULTS, **settings}, game_id=7, version_id=3)


def test_message_without_settings_is_its_class_name() -> None:
    assert render(friend_message(), FIELDS) == Texts("", "", "FriendMessage")
    gift = compile_message("ScriptMessage_DAILY_GIFT", DEFAULTS)
    assert render(gift, {"data": {}}) == Texts("", "", "ScriptMessage")


def test_texts_read_the_message_and_the_recipient() -> None:
    message = friend_message(
        title="${who} to ${player.displayName}",
        subTitle="${player.segments.COUNTRY} ${player.scriptData.level} ${player.online} ${gameId}",
        template="${playerId} ${messageId} ${player.userName}",
    )
    assert message.per_recipient
    assert render(message, FIELDS, LEA, message_id="m1", online=True) == Texts(
        "Ada to Léa", "FR 3 true 7", "p1 m1 lea"
    )


def test_senders_text_arrives_as_it_was_written() -> None:
    message = friend_message(template="${message}", title="${message}")
    assert render(message, FIELDS) == Texts("${title} {# x", "", "${title} {# x")


def test_overrides_are_data_and_win() -> None:
    message = friend_message(title="${who}", template="${message}")
    overrides = Overrides(title="${who}", summary="{% if %}")
    assert render(message, FIELDS, None, overrides) == Texts("${who}", "", "{% if %}")


def test_first_matching_variant_wins_and_inherits_what_it_leaves_empty() -> None:
    message = friend_message(
        title="Hello",
        template="From ${who}",
        variants=[
            {**FRENCH, "segmentQuery": "GONE", "title": "never"},
            {**FRENCH, "title": "Bonjour"},
            {**FRENCH, "segmentQuery": {"segment": "COUNTRY", "is": "FR"}, "title": "too late"},
        ],
    )
    assert choose_variant(message, LEA, QUERIES) == 1
    assert choose_variant(message, BEN, QUERIES) is None
    assert choose_variant(message, LEA, {}) == 2
    assert render(message, FIELDS, variant=1) == Texts("Bonjour", "", "From Ada")
    assert render(message, FIELDS, variant=None) == Texts("Hello", "", "From Ada")


def test_variant_that_is_gone_has_the_types_own_texts() -> None:
    assert render(friend_message(title="Hello"), FIELDS, variant=4) == Texts("Hello", "", "FriendMessage")


def test_text_that_does_not_render_gives_way_to_the_one_behind_it() -> None:
    broken = "{% if who < 3 %}x{% endif %}"
    words = "does not render: '<' not supported between instances of 'str' and 'int'"
    message = friend_message(
        title=broken, template="From ${who}", variants=[{**FRENCH, "title": broken, "template": broken}]
    )
    assert render(message, FIELDS, variant=0) == Texts(
        "", "", "From Ada", (f"title: {words}", f"title: {words}", f"template: {words}")
    )
    assert render(friend_message(template=broken), FIELDS) == Texts(
        "", "", "FriendMessage", (f"template: {words}",)
    )


def test_undefined_names_are_warnings_of_their_text() -> None:
    message = friend_message(title="${wo}", template="${data.items}!")
    assert render(message, FIELDS) == Texts(
        "", "", "!", ('title: "wo" is not in the message', 'template: "data.items" is not in the message')
    )


def test_template_that_no_longer_compiles_is_left_out_with_a_warning() -> None:
    message = friend_message(
        title="${who()}",
        template="From ${who}",
        json={"ios": {"aps": {"alert": "${a + b}"}}},
        variants=[{**FRENCH, "segmentQuery": {"nonsense": 1}}, FRENCH],
    )
    assert render(message, FIELDS) == Texts("", "", "From Ada")
    assert message.warnings[:2] == (
        "title: line 1, column 6: a call is not part of the template language",
        "json.ios: .aps.alert: line 1, column 3: arithmetic is not part of the template language",
    )
    assert message.warnings[2].startswith("variants[0].segmentQuery: ")
    assert choose_variant(message, LEA, QUERIES) == 1


def test_compiled_message_carries_its_settings() -> None:
    message = friend_message(sendAsPush=False, expireAfterHours=0, deviceTypes=["ios", "web"])
    assert (message.key, message.message_class, message.ext_code) == ("FriendMessage", "FriendMessage", None)
    assert (message.game_id, message.version_id) == (7, 3)
    assert (message.send_via_socket, message.send_as_push, message.expire_after_hours) == (True, False, 0)
    assert message.device_types == frozenset({"ios", "web"})
    assert not message.per_recipient


@pytest.mark.parametrize("where", ["title", "subTitle", "template"])
def test_message_is_per_recipient_when_any_text_of_any_variant_names_one(where: str) -> None:
    message = friend_message(variants=[{**FRENCH, where: "${player.id}"}])
    assert message.per_recipient
    assert not message.texts.per_recipient


def test_loads_are_those_of_all_variants_queries() -> None:
    ios = replace(QUERIES["FRENCH"], loads=frozenset({"deviceOS"}))
    message = friend_message(variants=[FRENCH, {**FRENCH, "segmentQuery": "IOS"}])
    assert loads_of(message, {**QUERIES, "IOS": ios}) == {"deviceOS"}
    assert loads_of(message, {}) == frozenset()


@pytest.mark.parametrize(
    "text", ["${player.online}", "${player}", "{% if player.online %}a{% else %}b{% endif %}"]
)
def test_presence_is_loaded_where_a_text_names_it(text: str) -> None:
    assert loads_of(friend_message(template=text), {}) == {"online"}
    assert loads_of(friend_message(variants=[{**FRENCH, "template": text}]), {}) == {"online"}
    assert loads_of(friend_message(template="${player.displayName} ${online}"), {}) == frozenset()


def test_message_with_plain_paths_renders_within_ten_microseconds() -> None:
    message = friend_message(title="From ${who}", template="${message}")
    rounds = timeit.repeat(lambda: render(message, FIELDS), timer=thread_time, number=100, repeat=100)
    assert min(rounds) * 10_000 < 10 * slowness()
