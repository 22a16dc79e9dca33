"""Who sees which challenge under which state (competition-rules.md §5.4), and what lists of them cost."""

import pytest
from pytest_django import DjangoAssertNumQueries

from competition.challenges import joining, listing, scripting
from competition.challenges.documents import challenge_documents
from competition.challenges.states import Access
from competition.requests.pages import numbered_page, page
from tests.competition.challenges.table import Table, fault

pytestmark = pytest.mark.django_db

NAMES = ("Ana", "Bo", "Cy", "Di", "Ed")


@pytest.fixture(autouse=True)
def seated(table: Table) -> None:
    table.sit(*NAMES)


def seen(table: Table, state: str) -> list[str]:
    """Who sees the challenge in the list of that state."""
    return [name for name in NAMES if table.challenge_id in table.listed(name, state)]


def everywhere(table: Table) -> dict[str, list[str]]:
    """By state, without those that nobody sees anything in."""
    states = ("ISSUED", "RECEIVED", "WAITING", "RUNNING", "COMPLETE", "DECLINED", "EXPIRED", "WITHDRAWN")
    return {state: found for state in states if (found := seen(table, state))}


def issue(table: Table, **fields: object) -> None:
    """Ana challenged Bo, who accepted, Cy, who has not answered, and Di, who declined."""
    table.create("Ana", invite=["Bo", "Cy", "Di"], **fields)
    table.accept("Bo")
    table.decline("Di")


def test_issued_is_the_challenger_s_and_who_is_in_s_and_received_who_has_not_answered_s(
    table: Table,
) -> None:
    issue(table)
    assert everywhere(table) == {"ISSUED": ["Ana", "Bo"], "RECEIVED": ["Cy"]}
    assert seen(table, "NONSENSE") == []


def test_waiting_and_running_and_complete_are_for_who_takes_part(table: Table) -> None:
    table.create("Ana", invite=["Bo", "Cy", "Di"], startTime=10, minPlayers=2)
    table.accept("Bo")
    assert everywhere(table) == {"WAITING": ["Ana", "Bo"]}
    table.at(10)
    table.look()
    assert everywhere(table) == {"RUNNING": ["Ana", "Bo"]}
    table.script(scripting.draw)
    assert everywhere(table) == {"COMPLETE": ["Ana", "Bo"]}


def test_declined_is_for_the_challenger_once_all_have_declined(table: Table) -> None:
    table.create("Ana", invite=["Bo", "Cy"])
    table.decline("Bo")
    assert everywhere(table) == {"ISSUED": ["Ana"], "RECEIVED": ["Cy"]}
    table.decline("Cy")
    assert everywhere(table) == {"DECLINED": ["Ana"]}


def test_expired_and_withdrawn_are_for_who_was_involved(table: Table) -> None:
    issue(table, expiryTime=5)
    table.at(5)
    table.look()
    assert everywhere(table) == {"EXPIRED": ["Ana", "Bo", "Cy"]}
    table.at(0)
    issue(table)
    table.withdraw("Ana")
    assert everywhere(table) == {"WITHDRAWN": ["Ana", "Bo", "Cy"]}


def test_an_open_challenge_is_received_by_nobody(table: Table) -> None:
    table.create("Ana", accessType="PUBLIC", invite=["Bo"])
    assert everywhere(table) == {"ISSUED": ["Ana"]}


def test_without_a_state_all_is_listed_the_newest_first_and_an_invitation_as_received(table: Table) -> None:
    first = table.create("Ana", invite=["Bo"])
    second = table.create("Bo", invite=["Ana", "Cy"])
    assert table.listed("Bo") == [second, first]
    mine = list(listing.challenges_of(table.players["Ana"].pk))
    received = {each.challenge_id for each in mine if listing.is_received(each)}
    shown = challenge_documents([each.challenge for each in mine], received)
    assert [(each["challengeId"], each["state"]) for each in shown] == [
        (second, "RECEIVED"),
        (first, "ISSUED"),
    ]


def test_a_challenge_is_shown_to_who_was_challenged_whatever_they_said(table: Table) -> None:
    issue(table)
    for name in ("Ana", "Bo", "Cy", "Di"):
        assert table.document(name)["state"] == "ISSUED"
    assert fault(table.document, "Ed") == {"challengeInstanceId": "INVALID"}
    table.script(scripting.remove_player, "Bo")
    assert fault(table.document, "Bo") == {"challengeInstanceId": "INVALID"}


def test_the_document_of_a_challenge(table: Table) -> None:
    table.give("Ana", {2: 5})
    made = table.create(
        "Ana",
        "TURNS",
        invite=["Bo", "Cy"],
        challengeMessage="Dare you?",
        startTime=10,
        expiryTime=5,
        maxAttempts=3,
        currency2Wager=5,
    )
    table.decline("Cy")
    ana, bo, cy = (
        {"id": table.players[name].pk, "name": name, "externalIds": {}} for name in ("Ana", "Bo", "Cy")
    )
    assert table.document("Bo") == {
        "accepted": [ana],
        "challengeId": made,
        "challengeMessage": "Dare you?",
        "challengeName": "In turns",
        "challenged": [bo, cy],
        "challenger": ana,
        "currency2Wager": 5,
        "declined": [cy],
        "endDate": "2026-11-22T13:00Z",
        "expiryDate": "2026-11-22T12:05Z",
        "maxTurns": 3,
        "scriptData": {},
        "shortCode": "TURNS",
        "startDate": "2026-11-22T12:10Z",
        "state": "ISSUED",
        "turnCount": {ana["id"]: 0},
    }


def test_a_challenge_whose_type_is_gone_is_called_by_its_code(table: Table) -> None:
    table.create("Ana", invite=["Bo"])
    table.change(short_code="GONE")
    assert table.document("Bo")["challengeName"] == "GONE"
    table.accept("Bo")
    table.at(60)
    table.look()
    assert table.state == "COMPLETE"


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_as_many_statements_for_three_as_for_one(
    count: int, table: Table, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        table.create("Ana", accessType="PUBLIC", invite=["Bo", "Cy"])
    with django_assert_num_queries(2):  # the challenges, and their players
        mine = list(numbered_page(listing.challenges_of(table.players["Ana"].pk), 50, 0))
        assert len(challenge_documents([each.challenge for each in mine])) == count
    with django_assert_num_queries(3):  # what they ask for, besides
        found = joining.find(table.act("Ed"), table.players["Ed"], Access.PUBLIC)
        assert len(challenge_documents(page(found, 50, 0))) == count


# --- finding -----------------------------------------------------------------------------------------------


def found(table: Table, name: str, access: Access = Access.PUBLIC, **fields: object) -> list[str]:
    chosen = joining.find(table.act(name), table.players[name], access, **fields)  # type: ignore[arg-type]
    return [each.pk for each in chosen]


def test_what_cannot_be_joined_is_not_found(table: Table) -> None:
    made = table.create("Ana", accessType="PUBLIC", maxPlayers=2, startTime=30, minPlayers=2)
    assert (found(table, "Bo"), found(table, "Ana")) == ([made], [])
    table.join("Bo")
    assert found(table, "Cy") == []  # waits for its start
    made = table.create("Ana", accessType="PUBLIC", minPlayers=3, expiryTime=5)
    assert found(table, "Cy") == [made]
    table.join("Bo")
    assert (found(table, "Cy"), found(table, "Bo")) == ([made], [])
    table.at(5)
    assert found(table, "Cy") == []  # though no worker has looked
    table.at(0)
    full = table.create("Ana", accessType="PUBLIC", minPlayers=2, maxPlayers=2, startTime=30)
    table.change(accepted_count=2)
    assert full not in found(table, "Cy")
    table.create("Ana", invite=["Cy"])
    assert found(table, "Cy") == [made]


def test_those_of_the_wanted_types_are_found_the_newest_first(table: Table) -> None:
    plain, turns = table.create("Ana", accessType="PUBLIC"), table.create("Bo", "TURNS", accessType="PUBLIC")
    assert found(table, "Cy") == [turns, plain]
    assert found(table, "Cy", short_codes=["TURNS"]) == [turns]
    assert found(table, "Cy", short_codes=[]) == []


def test_who_declined_or_was_invited_may_join_what_is_open(table: Table) -> None:
    made = table.create("Ana", accessType="PUBLIC", invite=["Bo", "Cy"], minPlayers=3)
    table.decline("Bo")
    assert (found(table, "Bo"), found(table, "Cy")) == ([made], [made])
    assert table.join("Bo")
    assert table.join("Cy")
    assert table.stands() == {"Ana": "accepted", "Bo": "accepted", "Cy": "accepted"}
    assert table.row.state == "RUNNING"


def test_who_was_removed_does_not_come_back(table: Table) -> None:
    table.create("Ana", accessType="PUBLIC", minPlayers=3)
    table.join("Bo")
    table.script(scripting.remove_player, "Bo")
    assert (found(table, "Bo"), table.join("Bo")) == ([], False)
