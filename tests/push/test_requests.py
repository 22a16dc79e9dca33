"""Push registration through the real dispatch."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from games.models import Stage
from players.models import Player
from protocol.dispatch import dispatch
from protocol.run import Run
from protocol.session import Rights, Session
from push.models import Device
from realtime import database
from tests.push.recorder import IOS_TOKEN, make_player

pytestmark = pytest.mark.django_db(transaction=True)


@pytest_asyncio.fixture
async def player(preview: Stage) -> AsyncIterator[Player]:
    yield await database.run(make_player, preview)
    await asyncio.to_thread(database.shutdown)


@pytest.fixture
def socket(preview: Stage, player: Player) -> Session:
    return session_of(preview, player)


def session_of(stage: Stage, player: Player) -> Session:
    session = Session("duel0000dice", stage.game_id, stage.pk, stage.name, Rights("device"))
    session.log_in(player.pk, player.display_name, "token")
    return session


async def ask(session: Session, name: str, **fields: Any) -> dict[str, Any]:
    response = await dispatch(session, {"@class": f".{name}", "requestId": "1", **fields}, Run())
    answer: dict[str, Any] = json.loads(response.encode())
    return answer


async def test_registration_answers_its_id(socket: Session, player: Player):
    answer = await ask(socket, "PushRegistrationRequest", deviceOS="IOS", pushId=IOS_TOKEN)
    device = await database.run(Device.objects.get)
    assert answer == {
        "@class": ".PushRegistrationResponse",
        "requestId": "1",
        "registrationId": device.pk,
    }
    assert (device.player_id, device.device_os) == (player.pk, "ios")


async def test_unknown_device_type_is_named_with_the_types_there_are(socket: Session):
    answer = await ask(socket, "PushRegistrationRequest", deviceOS="MacOS", pushId="token")
    assert answer["error"] == {"deviceOS": "IOS|ANDROID|WP8|W8|KINDLE|VIBER|FCM"}


async def test_impossible_token_is_invalid(socket: Session):
    answer = await ask(socket, "PushRegistrationRequest", deviceOS="web", pushId="token")
    assert answer["error"] == {"pushId": "INVALID"}


async def test_missing_fields_are_all_named(socket: Session):
    answer = await ask(socket, "PushRegistrationRequest")
    assert answer["error"] == {"deviceOS": "REQUIRED", "pushId": "REQUIRED"}


async def test_registration_needs_a_player(preview: Stage, player: Player):
    nobody = Session("duel0000dice", preview.game_id, preview.pk, "preview", Rights("device"))
    answer = await ask(nobody, "PushRegistrationRequest", deviceOS="ios", pushId=IOS_TOKEN)
    assert "error" in answer
    assert await database.run(Device.objects.count) == 0


async def test_unregistration_ends_the_device(socket: Session):
    registered = await ask(socket, "PushRegistrationRequest", deviceOS="fcm", pushId="token")
    answer = await ask(socket, "PushUnregistrationRequest", registrationId=registered["registrationId"])
    assert answer == {"@class": ".PushUnregistrationResponse", "requestId": "1"}
    assert await database.run(Device.objects.count) == 0


async def test_unregistration_of_another_player_s_device_is_invalid(
    socket: Session, preview: Stage, player: Player
):
    registered = await ask(socket, "PushRegistrationRequest", deviceOS="fcm", pushId="token")
    other = session_of(preview, await database.run(make_player, preview, "bo"))
    answer = await ask(other, "PushUnregistrationRequest", registrationId=registered["registrationId"])
    assert answer["error"] == {"registrationId": "INVALID"}
    assert await database.run(Device.objects.count) == 1
