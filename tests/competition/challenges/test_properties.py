"""Whatever players, scripts and time do to a challenge, it does what a naive model of the rules does."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from competition.challenges import scripting
from protocol.errors import RequestError
from tests.competition.challenges.model import Model
from tests.competition.challenges.table import Table

pytestmark = pytest.mark.django_db

NAMES = ["Ana", "Bo", "Cy", "Di"]
TIMES = st.none() | st.integers(1, 58)


@st.composite
def challenges(draw: st.DrawFn) -> dict[str, Any]:
    private = draw(st.booleans())
    maximum = draw(st.none() | st.integers(2, 4))
    minimum = draw(st.none() | st.integers(1, maximum or 4))
    invited = draw(st.lists(st.sampled_from(NAMES[1:]), unique=True, min_size=1 if private else 0))
    return {
        "private": private,
        "invited": invited,
        "minimum": minimum,
        "maximum": maximum,
        "auto": maximum is not None and draw(st.booleans()),
        "start": draw(TIMES),
        "expiry": draw(TIMES),
    }


NAMED = st.sampled_from(NAMES)
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["accept", "decline", "join", "script_win"]), NAMED),
        st.tuples(st.sampled_from(["withdraw", "script_start"]), st.none()),
        st.tuples(st.just("wait"), st.integers(1, 40)),
    ),
    max_size=12,
)


def do(table: Table, model: Model, deed: str, argument: Any) -> tuple[bool, bool]:
    """Whether it could be done, as the server and as the model see it."""
    try:
        match deed:
            case "accept":
                table.accept(argument)
            case "decline":
                table.decline(argument)
            case "withdraw":
                table.withdraw("Ana")
            case "join":
                if model.private:
                    return False, False
                return table.join(argument), model.join(argument)
            case "script_start":
                return table.script(scripting.start), model.script_start()
            case "script_win":
                return table.script(scripting.win, argument), model.script_win(argument)
    except RequestError:
        done = False
    else:
        done = True
    method = getattr(model, deed)
    return done, method() if argument is None else method(argument)


def make(table: Table, facts: dict[str, Any]) -> Model:
    table.create(
        "Ana",
        accessType="PRIVATE" if facts["private"] else "PUBLIC",
        invite=facts["invited"],
        minPlayers=facts["minimum"],
        maxPlayers=facts["maximum"],
        autoStartJoinedChallengeOnMaxPlayers=facts["auto"],
        startTime=facts["start"],
        expiryTime=facts["expiry"],
        silent=True,
    )
    table.heard()
    return Model(**facts)


@pytest.mark.parametrize("looks", [True, False], ids=["a worker looks", "nobody looks before"])
def test_a_challenge_does_what_the_model_does(looks: bool, table: Table) -> None:
    """Also where no worker looked in the meantime: whoever comes finds what time has brought."""
    table.sit(*NAMES)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(challenges(), DEEDS)
    def play(facts: dict[str, Any], deeds: list[tuple[str, Any]]) -> None:
        with transaction.atomic():
            table.at(0)
            model = make(table, facts)
            for deed, argument in deeds:
                if deed == "wait":
                    model.wait_until(model.now + argument)
                    table.at(model.now)
                    if looks:
                        table.look()
                else:
                    done, expected = do(table, model, deed, argument)
                    assert done == expected
                if looks:
                    assert (table.state, table.heard()) == (model.state, model.heard)
                    model.heard.clear()
            table.look()
            assert (table.state, table.heard()) == (model.state, model.heard)
            assert (table.row.due_ms is None) == (model.state not in ("ISSUED", "WAITING", "RUNNING"))
            transaction.set_rollback(True)

    play()
