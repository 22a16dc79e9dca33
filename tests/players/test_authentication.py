"""Logging in and out through the real dispatch."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from games.models import Stage
from players import passwords, tokens
from players.models import AuthToken, DeviceIdentity, DurableReply, Player
from players.sessions import set_banned
from protocol.session import Session
from tests.players.asking import ask_bytes

Ask = Callable[..., Awaitable[dict[str, Any]]]
MakeSession = Callable[..., Session]

ANA = {"userName": "ana", "password": "sesame", "displayName": "Ana"}
PHONE = {"deviceId": "phone-1", "deviceOS": "IOS"}


async def test_registration_makes_a_player_and_logs_the_socket_in(ask: Ask, session: MakeSession) -> None:
    socket = session()
    answer = await ask(socket, "RegistrationRequest", **ANA)
    player = await Player.objects.aget()
    token = answer["authToken"]
    assert answer == {
        "@class": ".RegistrationResponse",
        "requestId": "1",
        "authToken": token,
        "displayName": "Ana",
        "newPlayer": True,
        "userId": player.pk,
    }
    assert (socket.player_id, socket.player_name, socket.auth_token) == (player.pk, "Ana", token)
    assert (player.user_name, player.display_name) == ("ana", "Ana")
    assert player.password.startswith("argon2$argon2id$")
    assert await AuthToken.objects.filter(player=player).acount() == 1


async def test_registration_takes_known_segments_only(ask: Ask, session: MakeSession, country: None) -> None:
    segments = {"COUNTRY": "FR", "level": "Newbie", "TIER": ["x"]}
    await ask(session(), "RegistrationRequest", **ANA, segments=segments)
    assert (await Player.objects.aget()).segments == {"COUNTRY": "FR"}


async def test_a_user_name_is_taken_on_its_stage_only(ask: Ask, session: MakeSession, live: Stage) -> None:
    await ask(session(), "RegistrationRequest", **ANA)
    socket = session()
    answer = await ask(socket, "RegistrationRequest", **{**ANA, "password": "other"})
    assert answer == {"@class": ".RegistrationResponse", "requestId": "1", "error": {"USERNAME": "TAKEN"}}
    assert socket.player_id is None
    assert "error" not in await ask(session(stage_id=live.pk), "RegistrationRequest", **ANA)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, {"userName": "REQUIRED", "password": "REQUIRED", "displayName": "REQUIRED"}),
        ({**ANA, "userName": ""}, {"userName": "INVALID"}),
        ({**ANA, "userName": "x" * 256}, {"userName": "INVALID"}),
        ({**ANA, "displayName": "x" * 256}, {"displayName": "INVALID"}),
        ({**ANA, "password": ""}, {"password": "INVALID"}),
        ({**ANA, "password": 5}, {"password": "INVALID"}),
        ({**ANA, "segments": "FR"}, {"segments": "INVALID"}),
    ],
)
async def test_registration_names_faulty_fields(
    ask: Ask, session: MakeSession, fields: dict[str, Any], error: dict[str, str]
) -> None:
    answer = await ask(session(), "RegistrationRequest", **fields)
    assert answer["error"] == error
    assert not await Player.objects.aexists()


async def test_authentication_logs_in(ask: Ask, session: MakeSession) -> None:
    registered = await ask(session(), "RegistrationRequest", **ANA)
    socket = session()
    answer = await ask(socket, "AuthenticationRequest", userName="ana", password="sesame")
    assert answer == {
        "@class": ".AuthenticationResponse",
        "requestId": "1",
        "authToken": answer["authToken"],
        "displayName": "Ana",
        "newPlayer": False,
        "userId": registered["userId"],
    }
    assert answer["authToken"] != registered["authToken"]
    assert socket.player_id == registered["userId"]


@pytest.mark.parametrize(
    ("name", "password"), [("ana", "wrong"), ("bo", "sesame"), ("ANA", "sesame"), ("", "")]
)
async def test_authentication_does_not_say_what_was_wrong(
    ask: Ask, session: MakeSession, name: str, password: str
) -> None:
    await ask(session(), "RegistrationRequest", **ANA)
    socket = session()
    answer = await ask(socket, "AuthenticationRequest", userName=name, password=password)
    assert answer == {
        "@class": ".AuthenticationResponse",
        "requestId": "1",
        "error": {"DETAILS": "UNRECOGNISED"},
    }
    assert socket.player_id is None


async def test_ten_wrong_passwords_lock_the_player(ask: Ask, session: MakeSession) -> None:
    await ask(session(), "RegistrationRequest", **ANA)
    socket = session()
    for _ in range(10):
        answer = await ask(socket, "AuthenticationRequest", userName="ana", password="wrong")
        assert answer["error"] == {"DETAILS": "UNRECOGNISED"}
    for password in ("wrong", "sesame"):
        answer = await ask(socket, "AuthenticationRequest", userName="ana", password=password)
        assert answer["error"] == {"DETAILS": "LOCKED"}
    await Player.objects.aupdate(locked_until_ms=0)
    assert "error" not in await ask(socket, "AuthenticationRequest", userName="ana", password="sesame")


async def test_a_right_password_forgets_the_wrong_ones(ask: Ask, session: MakeSession) -> None:
    await ask(session(), "RegistrationRequest", **ANA)
    await Player.objects.aupdate(failed_logins=9, failed_since_ms=2**50)
    await ask(session(), "AuthenticationRequest", userName="ana", password="sesame")
    answer = await ask(session(), "AuthenticationRequest", userName="ana", password="wrong")
    assert answer["error"] == {"DETAILS": "UNRECOGNISED"}
    assert (await Player.objects.aget()).failed_logins == 1


async def test_log_in_on_a_logged_in_socket_moves_it(ask: Ask, session: MakeSession) -> None:
    socket = session()
    await ask(socket, "RegistrationRequest", **ANA)
    other = await ask(socket, "RegistrationRequest", **{**ANA, "userName": "bo"})
    assert socket.player_id == other["userId"]


async def test_a_device_logs_in_by_its_id(ask: Ask, session: MakeSession, country: None) -> None:
    socket = session()
    fields = {"displayName": "Ana", "deviceName": "Ana's", "segments": {"COUNTRY": "DE"}}
    first = await ask(socket, "DeviceAuthenticationRequest", **PHONE, **fields)
    player = await Player.objects.aget()
    assert first == {
        "@class": ".AuthenticationResponse",
        "requestId": "1",
        "authToken": first["authToken"],
        "displayName": "Ana",
        "newPlayer": True,
        "userId": player.pk,
    }
    assert player.segments == {"COUNTRY": "DE"}
    assert socket.player_id == player.pk
    again = await ask(session(), "DeviceAuthenticationRequest", **PHONE, displayName="Default")
    assert (again["userId"], again["newPlayer"], again["displayName"]) == (player.pk, False, "Ana")
    assert again["authToken"] != first["authToken"]


async def test_device_os_is_free_and_its_faults_answer_as_authentication(
    ask: Ask, session: MakeSession
) -> None:
    answer = await ask(session(), "DeviceAuthenticationRequest", deviceId="d", deviceOS="js")
    assert "error" not in answer
    answer = await ask(session(), "DeviceAuthenticationRequest", deviceId="")
    assert answer == {
        "@class": ".AuthenticationResponse",
        "requestId": "1",
        "error": {"deviceOS": "REQUIRED"},
    }


async def test_a_device_is_another_player_on_another_stage(
    ask: Ask, session: MakeSession, live: Stage
) -> None:
    preview = await ask(session(), "DeviceAuthenticationRequest", **PHONE)
    other = await ask(session(stage_id=live.pk, stage="live"), "DeviceAuthenticationRequest", **PHONE)
    assert preview["userId"] != other["userId"]


async def test_end_session_leaves_the_socket_and_keeps_the_token(ask: Ask, session: MakeSession) -> None:
    socket = session()
    registered = await ask(socket, "RegistrationRequest", **ANA)
    answer = await ask(socket, "EndSessionRequest")
    assert answer == {
        "@class": ".EndSessionResponse",
        "requestId": "1",
        "sessionDuration": answer["sessionDuration"],
    }
    assert isinstance(answer["sessionDuration"], int)
    assert socket.player_id is None
    assert await AuthToken.objects.filter(hash=tokens.token_hash(registered["authToken"])).aexists()
    assert "error" not in await ask(socket, "EndSessionRequest")


async def test_unauthenticated_requests_are_refused(ask: Ask, session: MakeSession) -> None:
    for name in ("AccountDetailsRequest", "LogEventRequest", "SendFriendMessageRequest"):
        answer = await ask(session(), name)
        assert answer["error"] == {"authentication": "NOTAUTHORIZED"}


async def test_a_banned_player_cannot_log_in(ask: Ask, session: MakeSession) -> None:
    registered = await ask(session(), "RegistrationRequest", **ANA)
    device = await ask(session(), "DeviceAuthenticationRequest", **PHONE)
    async for player in Player.objects.select_related("stage__game"):
        await _banned(player)
    answer = await ask(session(), "AuthenticationRequest", userName="ana", password="sesame")
    assert answer["error"] == {"DETAILS": "LOCKED"}
    answer = await ask(session(), "DeviceAuthenticationRequest", **PHONE)
    assert answer["error"] == {"DETAILS": "LOCKED"}
    assert {registered["userId"], device["userId"]} == {p.pk async for p in Player.objects.all()}
    assert not await AuthToken.objects.aexists()


async def _banned(player: Player) -> None:
    from realtime import database

    await database.run(set_banned, player, True, None)


async def test_a_server_socket_is_bound_to_nobody(
    ask: Ask, session: MakeSession, server_session: MakeSession
) -> None:
    socket = server_session()
    answer = await ask(socket, "RegistrationRequest", **ANA)
    assert answer["userId"]
    assert socket.player_id is None
    answer = await ask(socket, "AuthenticationRequest", userName="ana", password="sesame")
    assert answer["displayName"] == "Ana"
    assert socket.player_id is None


# --- durable log-ins -----------------------------------------------------------------------------------


async def test_a_durable_device_log_in_gives_the_same_bytes_on_a_new_socket(
    ask: Ask, session: MakeSession
) -> None:
    first = await ask_bytes(session(), "DeviceAuthenticationRequest", **PHONE, requestId="d_1")
    socket = session()
    again = await ask_bytes(socket, "DeviceAuthenticationRequest", **PHONE, requestId="d_1")
    assert again == first
    assert socket.player_id == (await Player.objects.aget()).pk
    assert socket.auth_token
    assert await AuthToken.objects.acount() == 1
    assert await DurableReply.objects.acount() == 1


async def test_a_durable_registration_is_done_once(ask: Ask, session: MakeSession) -> None:
    first = await ask_bytes(session(), "RegistrationRequest", **ANA, requestId="d_1")
    socket = session()
    assert await ask_bytes(socket, "RegistrationRequest", **ANA, requestId="d_1") == first
    assert socket.player_name == "Ana"
    assert await Player.objects.acount() == 1


async def test_durable_log_ins_of_other_devices_and_stages_are_their_own(
    ask: Ask, session: MakeSession, live: Stage
) -> None:
    sessions = [session(), session(device_id="device-2"), session(stage_id=live.pk)]
    tokens = {
        (await ask(each, "DeviceAuthenticationRequest", **PHONE, requestId="d_1"))["authToken"]
        for each in sessions
    }
    assert len(tokens) == 3


async def test_a_stored_log_in_with_a_dead_token_is_done_anew(ask: Ask, session: MakeSession) -> None:
    await ask(session(), "RegistrationRequest", **ANA)
    fields = {"userName": "ana", "password": "sesame", "requestId": "d_1"}
    first = await ask(session(), "AuthenticationRequest", **fields)
    await AuthToken.objects.all().adelete()
    socket = session()
    second = await ask(socket, "AuthenticationRequest", **fields)
    assert second["authToken"] != first["authToken"]
    assert socket.auth_token == second["authToken"]
    assert await ask(session(), "AuthenticationRequest", **fields) == second


async def test_an_old_password_does_not_log_in_by_a_stored_answer(ask: Ask, session: MakeSession) -> None:
    socket = session()
    await ask(socket, "RegistrationRequest", **ANA)
    fields = {"userName": "ana", "password": "sesame", "requestId": "d_1"}
    await ask(session(), "AuthenticationRequest", **fields)
    await ask(socket, "ChangeUserDetailsRequest", newPassword="open")
    other = session()
    answer = await ask(other, "AuthenticationRequest", **fields)
    assert answer["error"] == {"DETAILS": "UNRECOGNISED"}
    assert other.player_id is None


async def test_a_refused_log_in_is_not_stored(ask: Ask, session: MakeSession) -> None:
    fields = {"userName": "ana", "password": "sesame", "requestId": "d_1"}
    await ask(session(), "AuthenticationRequest", **fields)
    await ask(session(), "RegistrationRequest", **ANA)
    assert "error" not in await ask(session(), "AuthenticationRequest", **fields)


# --- the lock's rule -----------------------------------------------------------------------------------

T = 1_800_000_000_000
MINUTE = 60_000


@pytest.mark.django_db
def test_the_lock_lasts_five_minutes(add_player: Callable[..., Player], stage: Stage) -> None:
    ana = add_player("ana")
    for number in range(10):
        passwords.count_wrong(ana.pk, T + number)
    assert _locked(stage, T + 9 + 5 * MINUTE - 1)
    assert not _locked(stage, T + 9 + 5 * MINUTE)


@pytest.mark.django_db
def test_wrong_passwords_count_for_fifteen_minutes(add_player: Callable[..., Player], stage: Stage) -> None:
    ana = add_player("ana")
    passwords.count_wrong(ana.pk, T)
    for _ in range(8):
        passwords.count_wrong(ana.pk, T + 15 * MINUTE)
    assert not _locked(stage, T + 15 * MINUTE)
    for _ in range(9):
        passwords.count_wrong(ana.pk, T + 15 * MINUTE + 1)
    assert not _locked(stage, T + 15 * MINUTE + 1)
    passwords.count_wrong(ana.pk, T + 15 * MINUTE + 1)
    assert _locked(stage, T + 15 * MINUTE + 1)


def _locked(stage: Stage, now: int) -> bool:
    secret = passwords.find_secret(stage.pk, {"user_name": "ana"}, now)
    assert secret is not None
    return secret.locked


def test_a_player_without_a_password_has_none_that_matches() -> None:
    assert not passwords.matches("", "")
    assert not passwords.matches("nobody's", "")


@pytest.mark.django_db
def test_deleting_a_player_deletes_what_logs_them_in(add_player: Callable[..., Player], stage: Stage) -> None:
    ana = add_player("ana")
    tokens.issue(ana.pk)
    DeviceIdentity.objects.create(stage=stage, player=ana, device_id="phone-1")
    ana.delete()
    assert not AuthToken.objects.exists()
    assert not DeviceIdentity.objects.exists()
