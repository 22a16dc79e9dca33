"""Messages are counted by type and outcome where they are stored, decided and confirmed; tests are not."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction

from games.models import Game, Stage
from messaging import outcomes, tallying
from messaging.deciding_again import decide_again
from messaging.delivery import deliver
from messaging.models import PlayerMessage
from messaging.standing import BLOCKED
from messaging.waiting_tally import tally_waiting
from messaging.writer import Unit
from players.models import Player
from protocol.dates import now_ms
from realtime import tally
from realtime.tally import EXPIRED, HELD_BACK, LEFT, OUTCOME, SOCKET, STORED
from tests.messaging.sending import send

pytestmark = pytest.mark.django_db(transaction=True)

AddPlayer = Callable[..., Player]
Counted = dict[tuple[str, str, str], int]


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    tally.take()
    yield
    tally.take()


def counted(stage: Stage) -> Counted:
    found: Counted = {}
    for key, number in tally.take().items():
        if key.stage_id == stage.pk:
            kind = (key.measure, key.name, key.code)
            found[kind] = found.get(kind, 0) + number
    return found


def deliver_all(unit: Unit | None) -> None:
    assert unit is not None
    asyncio.run(deliver(unit.deliveries))  # type: ignore[arg-type]


def test_copies_are_counted_by_type_where_they_are_stored(stage: Stage, add_player: AddPlayer) -> None:
    ana, bob = add_player("ana"), add_player("bob")
    send(stage, ana, bob)
    send(stage, ana, ext_code="GIFT")
    assert counted(stage) == {
        (STORED, "ScriptMessage", ""): 2,
        (STORED, "ScriptMessage_GIFT", ""): 1,
    }


def test_what_is_rolled_back_is_not_counted(stage: Stage, add_player: AddPlayer) -> None:
    ana = add_player("ana")
    with transaction.atomic():
        send(stage, ana)
        transaction.set_rollback(True)
    assert counted(stage) == {}


def test_one_who_is_away_is_waited_for_once(stage: Stage, add_player: AddPlayer) -> None:
    unit = send(stage, add_player("ana"))
    deliver_all(unit)
    asyncio.run(decide_again([PlayerMessage.objects.get().id]))
    assert counted(stage) == {(STORED, "ScriptMessage", ""): 1, (OUTCOME, "ScriptMessage", LEFT): 1}


def test_a_confirmation_counts_once_whoever_repeats_it(stage: Stage, add_player: AddPlayer) -> None:
    send(stage, add_player("ana"), add_player("bob"), ext_code="GIFT")
    ids = list(PlayerMessage.objects.values_list("id", flat=True))
    counted(stage)
    tallying.confirm([*ids, "0" * 24])
    tallying.confirm(ids)
    assert counted(stage) == {(OUTCOME, "ScriptMessage_GIFT", SOCKET): 2}
    assert set(PlayerMessage.objects.values_list("state", "reason")) == {("delivered", "confirmed_socket")}


def test_the_sweep_counts_what_has_expired(stage: Stage, add_player: AddPlayer) -> None:
    deliver_all(send(stage, add_player("ana")))
    counted(stage)
    PlayerMessage.objects.update(expires_ms=1)
    asyncio.run(decide_again([PlayerMessage.objects.get().id]))
    assert counted(stage) == {(OUTCOME, "ScriptMessage", EXPIRED): 1}


def test_what_is_held_back_is_counted_as_such(stage: Stage, add_player: AddPlayer) -> None:
    unit = send(stage, add_player("ana"))
    assert unit is not None
    counted(stage)
    row = list(unit.copies[0])
    row[8] = BLOCKED.reason
    tallying.stored([Unit(unit.message, [tuple(row)])])
    assert counted(stage) == {(STORED, "ScriptMessage", ""): 1, (OUTCOME, "ScriptMessage", HELD_BACK): 1}


def test_a_test_is_counted_nowhere(stage: Stage, add_player: AddPlayer) -> None:
    ana, bob = add_player("ana"), add_player("bob")
    deliver_all(send(stage, ana, bob, test=True))
    tallying.confirm(list(PlayerMessage.objects.values_list("id", flat=True)))
    assert counted(stage) == {}
    assert PlayerMessage.objects.filter(state="delivered").count() == 2


def test_those_who_wait_are_counted_a_stage_with_the_age_of_the_oldest(
    stage: Stage, add_player: AddPlayer, make_game: Callable[..., Game]
) -> None:
    other = make_game("other0000game").stage("preview")
    ana, bob = add_player("ana"), add_player("bob")
    eve = add_player("eve", stage=other)
    send(stage, ana, bob)
    send(other, eve)
    PlayerMessage.objects.filter(player=bob).update(created_ms=tally.minute_of(now_ms()) - 3_600_000)
    PlayerMessage.objects.filter(player=eve).update(state="delivered")
    counted(stage)
    asyncio.run(tally_waiting())
    found = {(key.stage_id, key.measure): number for key, number in tally.take().items()}
    assert found.pop((stage.pk, "oldest")) >= 3_600_000
    assert found == {(stage.pk, "waiting"): 2}


def test_every_reason_is_one_outcome_or_heard_of_elsewhere() -> None:
    told = {
        reason: tallying.outcome_of(reason) for reason in ("", "delivered_socket", "no_device", "expired")
    }
    assert told == {"": "", "delivered_socket": "", "no_device": LEFT, "expired": EXPIRED}
    assert tallying.outcome_of("suppressed_device_type") == HELD_BACK
    assert tallying.outcome_of("cancelled_by_script") == HELD_BACK
    assert outcomes.confirmed._write is tallying.confirm
