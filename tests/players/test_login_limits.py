"""How often an address may log in, make players and be wrong, through the real dispatch."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from players import login_limits
from players.models import Player
from protocol.limiter import Limiter, Rate
from protocol.session import Session

Ask = Callable[..., Awaitable[dict[str, Any]]]
MakeSession = Callable[..., Session]

HOME, SCHOOL = "203.0.113.1", "203.0.113.2"
THROTTLED = {"request": "THROTTLED"}


@pytest.fixture(autouse=True)
def limits(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FLINT_LIMIT_LOGINS_PER_SECOND = 0.001
    settings.FLINT_LIMIT_LOGINS_BURST = 4
    monkeypatch.setattr(login_limits, "_log_ins", Limiter("log_ins"))
    monkeypatch.setattr(login_limits, "_wrong", Limiter("wrong_passwords"))


async def errors(ask: Ask, sessions: list[Session], name: str, **fields: Any) -> list[Any]:
    return [(await ask(session, name, **fields)).get("error") for session in sessions]


async def test_log_ins_of_an_address_are_counted_over_its_sockets(
    ask: Ask, session: MakeSession, server_session: MakeSession
) -> None:
    sockets = [session(address=HOME) for _ in range(6)]
    seen = await errors(ask, sockets, "AuthenticationRequest", userName="nobody", password="guess")
    assert seen == [{"DETAILS": "UNRECOGNISED"}] * 4 + [THROTTLED] * 2
    elsewhere = [session(address=SCHOOL), session(address="127.0.0.1"), server_session(address=HOME)]
    seen = await errors(ask, elsewhere, "AuthenticationRequest", userName="nobody", password="guess")
    assert seen == [{"DETAILS": "UNRECOGNISED"}] * 3


async def test_new_players_of_an_address_are_counted(ask: Ask, session: MakeSession) -> None:
    socket = session(address=HOME)
    for number in range(6):
        await ask(socket, "DeviceAuthenticationRequest", deviceId=f"d{number}", deviceOS="IOS")
    answer = await ask(socket, "RegistrationRequest", userName="ana", password="p", displayName="Ana")
    assert answer["error"] == THROTTLED
    assert await Player.objects.acount() == 4


async def test_devices_that_come_back_are_not_counted(ask: Ask, session: MakeSession) -> None:
    phone = {"deviceId": "phone", "deviceOS": "IOS"}
    seen = await errors(
        ask, [session(address=HOME) for _ in range(9)], "DeviceAuthenticationRequest", **phone
    )
    assert seen == [None] * 9


async def test_new_passwords_are_counted(ask: Ask, session: MakeSession) -> None:
    socket = session(address=HOME)
    await ask(socket, "RegistrationRequest", userName="ana", password="p", displayName="Ana")
    seen = await errors(ask, [socket] * 4, "ChangeUserDetailsRequest", newPassword="q")
    assert seen == [None] * 3 + [THROTTLED]


async def test_one_password_cannot_be_tried_on_many_players(
    ask: Ask, session: MakeSession, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FLINT_LIMIT_LOGINS_BURST = 100
    monkeypatch.setattr(login_limits, "WRONG_PASSWORDS", Rate(0.001, 3))
    await ask(session(), "RegistrationRequest", userName="ana", password="right", displayName="Ana")
    for number in range(3):
        wrong = {"userName": f"player-{number}", "password": "123456"}
        assert (await ask(session(address=HOME), "AuthenticationRequest", **wrong))["error"] == {
            "DETAILS": "UNRECOGNISED"
        }
    right = {"userName": "ana", "password": "right"}
    assert (await ask(session(address=HOME), "AuthenticationRequest", **right))["error"] == THROTTLED
    assert "error" not in await ask(session(address=SCHOOL), "AuthenticationRequest", **right)


async def test_right_passwords_are_no_guesses(
    ask: Ask, session: MakeSession, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FLINT_LIMIT_LOGINS_BURST = 100
    monkeypatch.setattr(login_limits, "WRONG_PASSWORDS", Rate(0.001, 3))
    await ask(session(), "RegistrationRequest", userName="ana", password="right", displayName="Ana")
    sockets = [session(address=HOME) for _ in range(6)]
    assert await errors(ask, sockets, "AuthenticationRequest", userName="ana", password="right") == [None] * 6
