from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from games.models import Stage
from players import tokens
from players.device_logins import DeviceKey, log_in_devices
from players.models import AuthToken, DeviceIdentity, Player

pytestmark = pytest.mark.django_db

AddPlayer = Callable[..., Player]


def add_device(player: Player, device_id: str) -> None:
    DeviceIdentity.objects.create(stage=player.stage, player=player, device_id=device_id)


def test_known_devices_log_in(stage: Stage, live: Stage, add_player: AddPlayer) -> None:
    ana, bo = add_player("ana"), add_player("bo", banned=True)
    add_device(ana, "phone-1")
    add_device(bo, "phone-2")
    keys = [
        DeviceKey(stage.pk, "new"),
        DeviceKey(stage.pk, "phone-1"),
        DeviceKey(stage.pk, "phone-2"),
        DeviceKey(live.pk, "phone-1"),
    ]
    new, known, banned, elsewhere = log_in_devices(keys)
    assert (new, banned, elsewhere) == (None, None, None)
    assert known is not None
    assert known == {
        "authToken": known["authToken"],
        "displayName": "Ana",
        "newPlayer": False,
        "userId": ana.pk,
    }
    assert tokens.holds(ana.pk, known["authToken"])
    assert AuthToken.objects.count() == 1


def test_a_device_twice_in_a_batch_gets_two_tokens(stage: Stage, add_player: AddPlayer) -> None:
    ana = add_player("ana")
    add_device(ana, "phone-1")
    one, other = log_in_devices([DeviceKey(stage.pk, "phone-1")] * 2)
    assert one is not None
    assert other is not None
    assert one["authToken"] != other["authToken"]
    assert ana.auth_tokens.count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_takes_four_statements(stage: Stage, add_player: AddPlayer, count: int) -> None:
    for number in range(count):
        add_device(add_player(f"p{number}"), f"phone-{number}")
    keys = [DeviceKey(stage.pk, f"phone-{number}") for number in range(count)]
    with CaptureQueriesContext(connection) as queries:
        assert None not in log_in_devices(keys)
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 4
