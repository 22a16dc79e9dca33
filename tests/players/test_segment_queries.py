"""Segment queries: what they say, that both forms say the same, and what is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from games.models import Stage
from games.sections import Faults
from players.facts import Recipient, load_recipients
from players.models import Player
from players.query_fields import FIELDS, loaded_set, register_field, with_loaded
from players.segment_queries import QueryFault, check_query, compile_query
from realtime.connection import Connection
from tests.realtime.sockets import PlayedTransport, recording_inbox, session

NOW = 1_800_000_000_000
DAY = 86_400_000

RECIPIENT = Recipient(
    player_id="0" * 24,
    user_name="ana",
    display_name="Ana",
    country="FR",
    created_ms=NOW - 10 * DAY,
    last_seen_ms=NOW - DAY,
    segments={"COUNTRY": "FR", "TIER": "GOLD"},
    script_data={"level": 5, "clan": {"name": "Owls", "tags": ["a", 1]}, "vip": True, "gone": None},
)


def field(name: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": name, "op": op, "value": value}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"segment": "COUNTRY", "is": "FR"}, True),
        ({"segment": "COUNTRY", "is": "DE"}, False),
        ({"segment": "OTHER", "is": "FR"}, False),
        ({"all": []}, True),
        ({"any": []}, False),
        ({"not": {"any": []}}, True),
        ({"all": [{"segment": "COUNTRY", "is": "FR"}, {"segment": "TIER", "is": "GOLD"}]}, True),
        ({"all": [{"segment": "COUNTRY", "is": "FR"}, {"segment": "TIER", "is": "TIN"}]}, False),
        ({"any": [{"segment": "COUNTRY", "is": "DE"}, {"segment": "TIER", "is": "GOLD"}]}, True),
        (field("displayName", "eq", "Ana"), True),
        (field("displayName", "eq", "ana"), False),
        (field("displayName", "contains", "na"), True),
        (field("displayName", "in", ["Bo", "Ana"]), True),
        (field("displayName", "gt", "Am"), True),
        (field("country", "ne", "FR"), False),
        (field("country", "exists", True), True),
        (field("lastSeen", "gte", "-P1D"), True),
        (field("lastSeen", "gt", "-P1D"), False),
        (field("lastSeen", "lt", "-PT12H"), True),
        (field("created", "lt", "-P1W2D"), True),
        (field("created", "gt", "2027-01-05T07:59:59Z"), True),
        (field("created", "gt", "2027-01-05T08:00:00Z"), False),
        (field("scriptData.level", "eq", 5), True),
        (field("scriptData.level", "eq", 5.0), True),
        (field("scriptData.level", "eq", "5"), False),
        (field("scriptData.level", "ne", "5"), True),
        (field("scriptData.level", "gt", "1"), False),
        (field("scriptData.level", "lte", 5.5), True),
        (field("scriptData.level", "in", [1, 5]), True),
        (field("scriptData.vip", "eq", True), True),
        (field("scriptData.vip", "eq", 1), False),
        (field("scriptData.clan.name", "eq", "Owls"), True),
        (field("scriptData.clan.tags", "contains", 1), True),
        (field("scriptData.clan.tags", "contains", "1"), False),
        (field("scriptData.clan.name", "contains", "wl"), True),
        (field("scriptData.clan", "exists", True), True),
        (field("scriptData.gone", "exists", True), False),
        (field("scriptData.none.at.all", "exists", False), True),
        (field("scriptData.none", "ne", 1), True),
        (field("scriptData.none", "lt", 1), False),
        (field("achievement", "eq", "FIRST_WIN"), False),
        (field("online", "eq", False), True),
    ],
)
def test_matches(query: Any, expected: bool) -> None:
    assert compile_query(query).matches(RECIPIENT, NOW) is expected


# --- both forms agree ----------------------------------------------------------------------------------

WORDS = st.sampled_from(["", "a", "A", "b", "ab", "é", "😀", "5", "true", "%s", "it's", "a.b", "$", "\ud7f8"])
NUMBERS = st.one_of(
    st.integers(-3, 6), st.sampled_from([0.5, -2.25, 5.0, 1e300, 2**53, -(2**53), 2**63, 2**70])
)
SCALARS = st.one_of(WORDS, NUMBERS, st.booleans())
STORED = st.recursive(
    st.one_of(SCALARS, st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["k", "é", "0"]), inner, max_size=3)
    ),
    max_leaves=8,
)
PATHS = st.lists(st.sampled_from(["k", "é", "0"]), min_size=1, max_size=3).map(
    lambda steps: ".".join(["scriptData", *steps])
)
SMALL = SCALARS.filter(lambda value: isinstance(value, (str, bool)) or abs(value) <= 2**53)
ORDERED = SMALL.filter(lambda value: not isinstance(value, bool))
ORDER_OPS = st.sampled_from(["gt", "gte", "lt", "lte"])
EQUAL_OPS = st.sampled_from(["eq", "ne"])
MOMENTS = st.sampled_from(["-P1D", "-PT1S", "-P2W", "2027-01-15T08:00:00Z", "1970-01-01"])
TEXT_FIELDS = st.sampled_from(["displayName", "country"])
CODES = st.sampled_from(["S", "T"])

CONDITIONS = st.one_of(
    st.builds(lambda code, value: {"segment": code, "is": value}, CODES, CODES),
    st.builds(field, PATHS, st.one_of(EQUAL_OPS, st.just("contains")), SMALL),
    st.builds(field, PATHS, ORDER_OPS, ORDERED),
    st.builds(field, PATHS, st.just("in"), st.lists(SMALL, min_size=1, max_size=3)),
    st.builds(field, st.one_of(PATHS, TEXT_FIELDS), st.just("exists"), st.booleans()),
    st.builds(field, TEXT_FIELDS, st.one_of(EQUAL_OPS, ORDER_OPS, st.just("contains")), WORDS),
    st.builds(field, TEXT_FIELDS, st.just("in"), st.lists(WORDS, min_size=1, max_size=3)),
    st.builds(field, st.sampled_from(["lastSeen", "created"]), st.one_of(EQUAL_OPS, ORDER_OPS), MOMENTS),
    st.builds(field, st.just("lastSeen"), st.just("exists"), st.booleans()),
    st.builds(field, st.just("online"), EQUAL_OPS, st.booleans()),
    st.builds(field, st.just("friendly"), st.sampled_from(["eq", "ne", "contains"]), WORDS),
    st.builds(field, st.just("friendly"), st.just("in"), st.lists(WORDS, min_size=1, max_size=3)),
    st.builds(field, st.just("friendly"), st.just("exists"), st.booleans()),
)
TREES = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)
PLAYERS = st.fixed_dictionaries(
    {
        "display_name": WORDS,
        "location": st.one_of(
            st.just({}), st.fixed_dictionaries({"country": st.one_of(WORDS, NUMBERS, st.none())})
        ),
        "segments": st.dictionaries(CODES, CODES, max_size=2),
        "script_data": st.dictionaries(st.sampled_from(["k", "é", "0"]), STORED, max_size=3),
        "last_seen_ms": st.sampled_from([0, 1, NOW - DAY, NOW - 1000, NOW]),
        "created_ms": st.sampled_from([0, NOW - DAY, NOW]),
        "language": WORDS,
    }
)


@pytest.fixture
def friendly() -> Iterator[None]:
    """A set that is loaded beforehand: the player's language, when there is one."""

    def load(ids: Any) -> dict[str, set[str]]:
        rows = Player.objects.filter(pk__in=list(ids)).exclude(language="")
        return {str(id_): {str(language)} for id_, language in rows.values_list("pk", "language")}

    sql = "SELECT players_player.language AS value WHERE players_player.language <> ''"
    register_field(loaded_set("friendly", sql, load))
    yield
    del FIELDS["friendly"]


@contextmanager
def somebody_online(player_id: str) -> Iterator[None]:
    with recording_inbox():
        socket = Connection(PlayedTransport(), session())
        socket.bind(player_id)
        yield
        socket.closed()


@pytest.mark.django_db
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(PLAYERS, min_size=1, max_size=4), TREES)
def test_pure_and_sql_agree(stage: Stage, friendly: None, rows: list[dict[str, Any]], tree: Any) -> None:
    Player.objects.all().delete()
    made = Player.objects.bulk_create(Player(stage=stage, **row) for row in rows)
    query = compile_query(tree)
    with somebody_online(made[0].pk):
        selected = set(Player.objects.filter(query.to_q(NOW)).values_list("pk", flat=True))
        recipients = with_loaded(load_recipients(stage.pk, [player.pk for player in made]), query.loads)
        matching = {id_ for id_, recipient in recipients.items() if query.matches(recipient, NOW)}
    assert matching == selected


@pytest.mark.django_db
def test_with_loaded_takes_one_statement_a_field(stage: Stage, friendly: None) -> None:
    made = Player.objects.bulk_create(Player(stage=stage, language="fr") for _ in range(3))
    query = compile_query({"any": [field("friendly", "eq", "fr"), field("displayName", "eq", "x")]})
    assert query.loads == {"friendly"}
    recipients = load_recipients(stage.pk, [player.pk for player in made])
    with CaptureQueriesContext(connection) as queries:
        loaded = with_loaded(recipients, query.loads)
    assert len(queries) == 1
    assert [query.matches(recipient) for recipient in loaded.values()] == [True] * 3


@pytest.mark.django_db
def test_query_selects_within_a_queryset(stage: Stage) -> None:
    for name in ("a", "b", "c"):
        Player.objects.create(stage=stage, display_name=name, script_data={"level": ord(name)})
    query = compile_query(field("scriptData.level", "gt", ord("a")))
    found = Player.objects.filter(query.to_q(), stage=stage, id__gt="").order_by("id")
    assert [player.display_name for player in found] == ["b", "c"]
    assert found.count() == 2


# --- what is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        (
            [],
            'document: expected an object with "all", "any", "not", "segment" and "is",'
            ' or "field", "op" and "value"',
        ),
        ({"all": {}}, "all: expected a list"),
        ({"not": {"segment": "A B", "is": "x"}}, "not.segment: expected a short code"),
        ({"all": [{"segment": "COUNTRY", "is": "XX"}]}, 'all[0].is: segment "COUNTRY" has no value "XX"'),
        ({"segment": "NONE", "is": "XX"}, 'segment: unknown segment "NONE"'),
        (
            field("age", "eq", 1),
            "field: expected one of achievement, country, created, displayName, lastSeen, online,"
            " scriptData.<path>",
        ),
        (
            field("displayName", "like", "x"),
            "op: expected one of contains, eq, exists, gt, gte, in, lt, lte, ne",
        ),
        (field("displayName", "eq", 1), "value: expected a text"),
        (field("displayName", "eq", "x" * 501), "value: longer than 500 characters"),
        (field("lastSeen", "gt", "-P1M"), "value: expected an ISO time or a duration back from now (-P7D)"),
        (field("lastSeen", "gt", "-P"), "value: expected an ISO time or a duration back from now (-P7D)"),
        (field("lastSeen", "gt", 5), "value: expected an ISO time or a duration back from now (-P7D)"),
        (field("online", "eq", "yes"), "value: expected true or false"),
        (field("scriptData.a", "in", []), "value: expected a list of 1 to 200 values"),
        (field("scriptData.a", "in", [1, None]), "value[1]: expected a text or a number, true or false"),
        (field("scriptData.a", "gt", True), "value: expected a text or a number"),
        (field("scriptData.a", "eq", 2**60), "value: a number too large"),
        (field("scriptData..a", "eq", 1), "field: expected a path of 1 to 8 steps"),
        (
            field('scriptData.a"b', "eq", 1),
            "field: a path cannot hold quotes, backslashes or control characters",
        ),
        (field("scriptData.a", "exists", 1), "value: expected true or false"),
    ],
)
def test_faults_have_their_path(query: Any, fault: str) -> None:
    faults = Faults()
    assert check_query(query, faults, {"COUNTRY": {"FR"}}) is None
    known = [each.replace("deviceOS, ", "") for each in faults.found]
    assert known == [fault]


def test_all_faults_are_found_at_once() -> None:
    tree = {"any": [{"segment": 1, "is": "x"}, {"not": {}}, field("online", "gt", True)]}
    with pytest.raises(QueryFault) as refused:
        compile_query(tree)
    assert [fault.split(":")[0] for fault in refused.value.faults] == [
        "any[0].segment",
        "any[1].not",
        "any[2].op",
    ]


def test_deep_and_wide_trees_are_refused() -> None:
    deep: Any = {"all": []}
    for _ in range(17):
        deep = {"not": deep}
    with pytest.raises(QueryFault, match="nested deeper than 16"):
        compile_query(deep)
    with pytest.raises(QueryFault, match="more than 200 conditions"):
        compile_query({"all": [{"segment": "A", "is": "B"}] * 1000})
