"""Which player a request acts for."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from games.models import Stage
from players import tokens
from players.models import Player
from protocol.session import Rights, Session
from realtime import database

Ask = Callable[..., Awaitable[dict[str, Any]]]
MakeSession = Callable[..., Session]
AddPlayer = Callable[..., Player]


@pytest.fixture
def ana(add_player: AddPlayer) -> Player:
    return add_player("ana")


@pytest.fixture
def token_session(session: MakeSession) -> MakeSession:
    """A REST call of a credential that wants the player's token."""
    return lambda **fields: session(
        rights=Rights("app", rest_policy="token", **fields), transport="rest", device_id=""
    )


async def test_a_player_socket_acts_for_its_player_whatever_player_id_says(
    ask: Ask, session: MakeSession, ana: Player, add_player: AddPlayer
) -> None:
    bo = await Player.objects.acreate(stage_id=ana.stage_id, user_name="bo")
    answer = await ask(session(player_id=ana.pk), "AccountDetailsRequest", playerId=bo.pk)
    assert answer["userId"] == ana.pk
    answer = await ask(session(), "AccountDetailsRequest", playerId=bo.pk)
    assert answer["error"] == {"authentication": "NOTAUTHORIZED"}


async def test_a_server_socket_acts_for_the_named_player(
    ask: Ask, server_session: MakeSession, ana: Player
) -> None:
    answer = await ask(server_session(), "AccountDetailsRequest", playerId=ana.pk)
    assert answer["userId"] == ana.pk


async def test_a_server_socket_names_a_player_of_its_stage(
    ask: Ask, server_session: MakeSession, ana: Player, live: Stage
) -> None:
    elsewhere = await Player.objects.acreate(stage=live)
    for player_id, code in (
        (None, "REQUIRED"),
        ("", "REQUIRED"),
        ("x", "INVALID"),
        (5, "INVALID"),
        ([ana.pk], "INVALID"),
        (elsewhere.pk, "INVALID"),
    ):
        answer = await ask(server_session(), "AccountDetailsRequest", playerId=player_id)
        assert answer["error"] == {"playerId": code}


async def test_a_rest_call_with_the_token_policy_needs_the_players_token(
    ask: Ask, token_session: MakeSession, ana: Player
) -> None:
    token = await database.run(tokens.issue, ana.pk)
    bo = await Player.objects.acreate(stage_id=ana.stage_id)
    for player in (True, False):
        session = token_session(player=player)
        for fields, error in (
            ({"playerId": ana.pk}, {"authToken": "REQUIRED"}),
            ({"playerId": ana.pk, "authToken": "0"}, {"authToken": "INVALID"}),
            ({"playerId": ana.pk, "authToken": 5}, {"authToken": "INVALID"}),
            ({"playerId": bo.pk, "authToken": token}, {"authToken": "INVALID"}),
            ({"authToken": token}, {"playerId": "REQUIRED"}),
        ):
            assert (await ask(session, "AccountDetailsRequest", **fields))["error"] == error
        answer = await ask(session, "AccountDetailsRequest", playerId=ana.pk, authToken=token)
        assert answer["userId"] == ana.pk
    assert await database.run(tokens.holds, ana.pk, token)


async def test_the_token_policy_is_for_rest_calls(
    ask: Ask, server_session: MakeSession, session: MakeSession, ana: Player
) -> None:
    rights = Rights("server", player=False, rest_policy="token")
    answer = await ask(session(rights=rights), "AccountDetailsRequest", playerId=ana.pk)
    assert answer["userId"] == ana.pk


async def test_a_server_socket_remembers_whom_it_served(
    ask: Ask, server_session: MakeSession, ana: Player
) -> None:
    class Connection:
        served: set[str] | None = None

    socket = server_session(connection=Connection())
    await ask(socket, "AccountDetailsRequest", playerId="x")
    assert socket.connection.served is None
    await ask(socket, "AccountDetailsRequest", playerId=ana.pk)
    assert socket.connection.served == {ana.pk}
