import json
from collections.abc import Callable

import pytest

from games.config_store import configs
from games.events import Overrides
from games.models import Stage
from messaging import outcomes
from messaging.deciding_again import DOCUMENT_BYTES, decide_again, load_waiting
from messaging.message_settings import save_version
from messaging.message_types import message_type
from messaging.models import PlayerMessage
from players.models import Player
from push.devices import register
from push.models import OutboxPush
from realtime import database
from tests.messaging.sending import send

AddPlayer = Callable[..., Player]


def _ids() -> list[str]:
    return list(PlayerMessage.objects.order_by("id").values_list("id", flat=True))


def test_only_waiting_rows_are_decided_again(stage: Stage, add_player: AddPlayer) -> None:
    ana = add_player("ana")
    for _ in range(3):
        send(stage, ana)
    confirmed, dismissed, waiting = _ids()
    PlayerMessage.objects.filter(id=confirmed).update(state="delivered")
    PlayerMessage.objects.filter(id=dismissed).update(state="closed")
    assert [delivery.message_id for delivery in load_waiting(_ids())] == [waiting]


def test_a_row_is_decided_again_under_the_settings_it_was_made_from(
    stage: Stage, add_player: AddPlayer
) -> None:
    row = message_type(stage.game, "FriendMessage")
    version = save_version(row, {"sendAsPush": False, "expireAfterHours": 5}, None)
    assert version is not None
    send(stage, add_player("ana"), message_class="FriendMessage", data={"message": "hi"})
    save_version(row, {"sendAsPush": True}, None)
    (delivery,) = load_waiting(_ids())
    assert delivery.compiled.version_id == version.pk
    assert (delivery.policy.send_as_push, delivery.policy.expire_after_hours) == (False, 5)
    assert not delivery.fresh


def test_a_row_is_decided_again_under_its_sends_own_overrides(stage: Stage, add_player: AddPlayer) -> None:
    overrides = Overrides(send_as_push=False, device_types=("ios",))
    send(stage, add_player("ana"), overrides=overrides)
    (delivery,) = load_waiting(_ids())
    assert delivery.policy.send_as_push is False
    assert delivery.policy.device_types == frozenset({"ios"})


def test_reading_rows_costs_the_same_for_one_and_for_three(
    stage: Stage, add_player: AddPlayer, django_assert_num_queries: Callable[[int], object]
) -> None:
    ana = add_player("ana")
    send(stage, ana)
    one = _ids()
    with django_assert_num_queries(2):
        load_waiting(one)
    send(stage, ana)
    send(stage, add_player("bob"))
    three = _ids()
    with django_assert_num_queries(2):
        assert len(load_waiting(three)) == 3


@pytest.mark.django_db(transaction=True)
async def test_large_documents_are_pushed_a_few_at_a_time_and_all_of_them(
    stage: Stage, add_player: AddPlayer
) -> None:
    ids = await database.run(_to_one_with_a_device, stage, add_player, 4)
    large = json.dumps({"@class": ".ScriptMessage", "messageId": "1", "summary": "x" * DOCUMENT_BYTES})
    await PlayerMessage.objects.filter(id__in=ids[:3]).aupdate(document=large)
    await PlayerMessage.objects.filter(id=ids[1]).aupdate(state="delivered")
    await decide_again(ids)
    pushed = [row.player_message_id async for row in OutboxPush.objects.order_by("player_message_id")]
    assert pushed == [ids[0], ids[2], ids[3]]


def test_rows_of_an_older_version_cost_one_statement_more(
    stage: Stage, add_player: AddPlayer, django_assert_num_queries: Callable[[int], object]
) -> None:
    row = message_type(stage.game, "ScriptMessage")
    save_version(row, {"sendAsPush": False}, None)
    configs.clear()
    for name in ("ana", "bob", "eve"):
        send(stage, add_player(name))
    save_version(row, {}, None)
    configs.clear()
    configs.current(stage.pk)
    ids = _ids()
    with django_assert_num_queries(3):
        assert {delivery.policy.send_as_push for delivery in load_waiting(ids)} == {False}


@pytest.mark.django_db(transaction=True)
async def test_a_row_that_cannot_be_decided_holds_up_no_other(
    stage: Stage, add_player: AddPlayer, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = await database.run(_two_with_devices, stage, add_player)
    await PlayerMessage.objects.filter(id=broken).aupdate(document="{")
    await decide_again([broken, sound])
    assert [row.player_message_id async for row in OutboxPush.objects.all()] == [sound]
    assert f"message {broken} cannot be decided" in caplog.text


@pytest.mark.django_db(transaction=True)
async def test_a_reason_is_not_overtaken_by_an_earlier_mark_of_the_same_row(
    stage: Stage, add_player: AddPlayer
) -> None:
    """The mark "written" is collected for a moment; what is decided meanwhile is the later word."""
    (message_id, _) = await database.run(_two_with_devices, stage, add_player)
    outcomes.written.add([message_id])
    await decide_again([message_id])
    await outcomes.written.settle()
    assert (await PlayerMessage.objects.aget(id=message_id)).reason == "waiting_offline"


def _two_with_devices(stage: Stage, add_player: AddPlayer) -> list[str]:
    for name in ("ana", "bob"):
        player = add_player(name)
        register(player, "ios", f"token of {name}")
        send(stage, player)
    return _ids()


def _to_one_with_a_device(stage: Stage, add_player: AddPlayer, count: int) -> list[str]:
    player = add_player("ana")
    register(player, "ios", "token of ana")
    for _ in range(count):
        send(stage, player)
    return _ids()
