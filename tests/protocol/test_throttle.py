from typing import Any

import pytest
from pytest_django.fixtures import Settings

from protocol.errors import RequestError
from protocol.request import Next, Request, Response
from protocol.run import Run
from protocol.session import Rights, Session
from protocol.throttle import frame_rate, throttle


async def answer(request: Request) -> Response:
    return request.respond()


async def outcomes(session: Session, calls: int) -> list[str]:
    """What `calls` requests over one chain come to: `passed` or the error's code."""
    chain = throttle(answer)
    return [await outcome(chain, session) for _ in range(calls)]


async def outcome(chain: Next, session: Session) -> str:
    try:
        await chain(Request("LogEventRequest", {}, session, Run()))
    except RequestError as error:
        return str(error.fields["request"])
    return "passed"


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    settings.FLINT_LIMIT_REQUESTS_PER_SECOND = 0.001
    settings.FLINT_LIMIT_REQUESTS_BURST = 5
    settings.FLINT_LIMIT_SERVER_REQUESTS_PER_SECOND = 20
    settings.FLINT_LIMIT_ADDRESS_REQUESTS_PER_SECOND = 0.001
    settings.FLINT_LIMIT_ADDRESS_REQUESTS_BURST = 12


async def test_a_connection_may_send_its_burst(session: Session) -> None:
    assert await outcomes(session, 8) == ["passed"] * 5 + ["THROTTLED"] * 3


async def test_a_server_type_credential_may_send_more(server_session: Session) -> None:
    assert await outcomes(server_session, 18) == ["passed"] * 18


async def test_connections_do_not_share_a_bucket(session: Session) -> None:
    other = Session("key", 7, 3, "live", Rights("device"))
    assert await outcomes(session, 5) == await outcomes(other, 5) == ["passed"] * 5


async def test_rest_calls_of_one_credential_share_a_bucket() -> None:
    chain = throttle(answer)

    def call(short_code: str) -> Session:
        return Session("key", 7, 3, "live", Rights(short_code), transport="rest")

    first = [await outcome(chain, call("one")) for _ in range(7)]
    assert first == ["passed"] * 5 + ["THROTTLED"] * 2
    assert await outcome(chain, call("two")) == "passed"


def of_player(player_id: str | None, address: str = "", **fields: Any) -> Session:
    """A connection of its own."""
    rights = fields.pop("rights", Rights("device"))
    return Session("key", 7, 3, "live", rights, address=address, player_id=player_id, **fields)


async def test_sockets_of_a_player_share_a_limit() -> None:
    chain = throttle(answer)
    seen = [await outcome(chain, of_player("ana", address)) for address in ("203.0.113.1", "203.0.113.2") * 4]
    assert seen == ["passed"] * 5 + ["THROTTLED"] * 3
    assert await outcome(chain, of_player("bob", "203.0.113.1")) == "passed"


async def test_players_of_an_address_share_a_limit() -> None:
    chain = throttle(answer)
    seen = [await outcome(chain, of_player(f"p{number}", "203.0.113.1")) for number in range(14)]
    assert seen == ["passed"] * 12 + ["THROTTLED"] * 2
    assert await outcome(chain, of_player("ana", "203.0.113.2")) == "passed"


async def test_strangers_count_for_their_address_too() -> None:
    chain = throttle(answer)
    seen = [await outcome(chain, of_player(None, f"2001:db8::{number:x}")) for number in range(1, 15)]
    assert seen == ["passed"] * 12 + ["THROTTLED"] * 2


async def test_this_machines_own_clients_and_game_servers_have_no_limit_by_address() -> None:
    chain = throttle(answer)
    mine = [await outcome(chain, of_player(None, "127.0.0.1")) for _ in range(30)]
    server = Rights("server", player=False)
    theirs = [await outcome(chain, of_player(None, "203.0.113.1", rights=server)) for _ in range(30)]
    assert {*mine, *theirs} == {"passed"}


async def test_player_over_rest_counts_for_the_address() -> None:
    """Each credential has a limit of its own; these calls come from one address."""
    chain = throttle(answer)
    seen = [
        await outcome(chain, of_player(None, "203.0.113.1", rights=Rights(f"c{number}"), transport="rest"))
        for number in range(14)
    ]
    assert seen == ["passed"] * 12 + ["THROTTLED"] * 2


def test_sockets_are_read_faster_than_their_limit() -> None:
    assert frame_rate(Rights("device")) == (100, 500)
    assert frame_rate(Rights("server", player=False)) == (100, 500)


def test_sockets_with_a_high_limit_are_read_at_twice_of_it(settings: Settings) -> None:
    settings.FLINT_LIMIT_REQUESTS_PER_SECOND, settings.FLINT_LIMIT_REQUESTS_BURST = 100, 400
    settings.FLINT_LIMIT_SERVER_REQUESTS_PER_SECOND = 1000
    assert frame_rate(Rights("device")) == (200, 800)
    assert frame_rate(Rights("server", player=False)) == (2000, 2000)
