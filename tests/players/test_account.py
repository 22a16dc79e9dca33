from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from players import account_parts, tokens
from players.account_parts import account_details, register_account_part
from players.models import AuthToken, DeviceIdentity, Player
from protocol.session import Session

Ask = Callable[..., Awaitable[dict[str, Any]]]
MakeSession = Callable[..., Session]
AddPlayer = Callable[..., Player]

ANA = {"userName": "ana", "password": "sesame", "displayName": "Ana"}
PHONE = {"deviceId": "phone-1", "deviceOS": "IOS"}


@pytest.fixture
async def ana(ask: Ask, session: MakeSession) -> Session:
    socket = session()
    await ask(socket, "RegistrationRequest", **ANA)
    return socket


async def test_account_details_of_a_new_player(ask: Ask, ana: Session) -> None:
    assert await ask(ana, "AccountDetailsRequest") == {
        "@class": ".AccountDetailsResponse",
        "requestId": "1",
        "userId": ana.player_id,
        "displayName": "Ana",
        "externalIds": {},
        "currency1": 0,
        "currency2": 0,
        "currency3": 0,
        "currency4": 0,
        "currency5": 0,
        "currency6": 0,
        "reservedCurrency1": {},
        "reservedCurrency2": {},
        "reservedCurrency3": {},
        "reservedCurrency4": {},
        "reservedCurrency5": {},
        "reservedCurrency6": {},
        "virtualGoods": {},
    }


async def test_account_details_have_the_location_when_it_is_known(ask: Ask, ana: Session) -> None:
    york = {"city": "York", "country": "GB", "latitide": 53.966705, "longditute": -1.0832977}
    await Player.objects.aupdate(location=york, external_ids={"FB": "7"})
    answer = await ask(ana, "AccountDetailsRequest")
    assert (answer["location"], answer["externalIds"]) == (york, {"FB": "7"})


@pytest.mark.django_db
def test_a_later_part_replaces_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_parts, "_parts", list(account_parts._parts))
    register_account_part(lambda player: {"currency1": 5})
    assert account_details(Player(display_name="Ana"))["currency1"] == 5


async def test_details_change_one_by_one(ask: Ask, ana: Session) -> None:
    answer = await ask(ana, "ChangeUserDetailsRequest", displayName="Anna")
    assert answer == {"@class": ".ChangeUserDetailsResponse", "requestId": "1"}
    await ask(ana, "ChangeUserDetailsRequest", language="fr")
    player = await Player.objects.aget()
    assert (player.display_name, player.language, player.user_name) == ("Anna", "fr", "ana")
    assert ana.player_name == "Anna"


async def test_a_taken_user_name_changes_nothing(ask: Ask, ana: Session, session: MakeSession) -> None:
    await ask(session(), "RegistrationRequest", **{**ANA, "userName": "bo"})
    answer = await ask(ana, "ChangeUserDetailsRequest", userName="bo", displayName="Bo")
    assert answer["error"] == {"USERNAME": "TAKEN"}
    assert (await Player.objects.aget(user_name="ana")).display_name == "Ana"
    assert "error" not in await ask(ana, "ChangeUserDetailsRequest", userName="ana")


async def test_a_new_password_kills_all_tokens_but_the_one_it_answers_with(
    ask: Ask, ana: Session, session: MakeSession
) -> None:
    await ask(session(), "AuthenticationRequest", userName="ana", password="sesame")
    answer = await ask(ana, "ChangeUserDetailsRequest", newPassword="open", oldPassword="sesame")
    assert [token.hash async for token in AuthToken.objects.all()] == [tokens.token_hash(answer["authToken"])]
    assert ana.auth_token == answer["authToken"]
    assert ana.player_id is not None
    for password, failed in (("sesame", True), ("open", False)):
        answer = await ask(session(), "AuthenticationRequest", userName="ana", password=password)
        assert ("error" in answer) is failed


async def test_a_wrong_old_password_is_refused_and_counted(ask: Ask, ana: Session) -> None:
    answer = await ask(ana, "ChangeUserDetailsRequest", newPassword="open", oldPassword="wrong")
    assert answer["error"] == {"DETAILS": "UNRECOGNISED"}
    player = await Player.objects.aget()
    assert player.failed_logins == 1


async def test_a_device_player_with_name_and_password_logs_in_by_them_only(
    ask: Ask, session: MakeSession
) -> None:
    socket = session()
    await ask(socket, "DeviceAuthenticationRequest", **PHONE)
    await ask(socket, "ChangeUserDetailsRequest", userName="ana")
    assert await DeviceIdentity.objects.acount() == 1
    await ask(socket, "ChangeUserDetailsRequest", newPassword="sesame")
    assert await DeviceIdentity.objects.acount() == 0
    answer = await ask(session(), "AuthenticationRequest", userName="ana", password="sesame")
    assert answer["userId"] == socket.player_id
    answer = await ask(session(), "DeviceAuthenticationRequest", **PHONE)
    assert answer["newPlayer"] is True


async def test_a_server_changes_details_without_being_bound(
    ask: Ask, server_session: MakeSession, add_player: AddPlayer
) -> None:
    ana, socket = add_player("ana"), server_session()
    await ask(socket, "ChangeUserDetailsRequest", playerId=ana.pk, displayName="Anna", newPassword="open")
    assert (await Player.objects.aget()).display_name == "Anna"
    assert socket.player_id is None


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"displayName": "x" * 256}, {"displayName": "INVALID"}),
        ({"userName": ""}, {"userName": "INVALID"}),
        ({"language": "x" * 36}, {"language": "INVALID"}),
        ({"newPassword": ""}, {"newPassword": "INVALID"}),
        ({"newPassword": "x" * 1025}, {"newPassword": "INVALID"}),
    ],
)
async def test_texts_have_limits(
    ask: Ask, ana: Session, fields: dict[str, str], error: dict[str, str]
) -> None:
    assert (await ask(ana, "ChangeUserDetailsRequest", **fields))["error"] == error
