"""Messages that scripts shape, with scripts that are none: what a crash leaves, and who goes on with it."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pytest
from django.db import transaction

from games.config import GameConfig
from games.events import PlatformEvent
from games.models import Stage
from games.signals import platform_event
from messaging import message_scripts
from messaging.message_scripts import MessageInShape, Shaping, use_message_scripts
from messaging.models import Broadcast, PlayerMessage
from players.models import Player
from protocol.run import Run
from realtime import database
from tests.messaging.expanding import add_players, expand_all

pytestmark = pytest.mark.django_db(transaction=True)


class Counting:
    """A MessageScripts that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked_once = 0
        self.asked_for: list[str] = []

    def once(self, config: GameConfig, type_key: str) -> bool:
        return True

    def each(self, config: GameConfig, type_key: str) -> bool:
        return True

    async def run_once(self, config: GameConfig, message: MessageInShape, run: Run) -> Shaping:
        self.asked_once += 1
        return Shaping({"once": self.asked_once})

    async def run_each(
        self, config: GameConfig, message: MessageInShape, copies: Mapping[str, str], run: Run
    ) -> dict[str, Shaping]:
        self.asked_for += copies
        once = message.fields["scriptData"]
        return {each: Shaping({**once, "for": each, "id": copies[each]}) for each in copies}


@pytest.fixture
def counting() -> Iterator[Counting]:
    before, scripts = message_scripts.message_scripts(), Counting()
    use_message_scripts(scripts)
    yield scripts
    use_message_scripts(before)


def send(run: Run, stage: Stage, players: list[Player]) -> None:
    event = PlatformEvent(
        stage.pk, "ScriptMessage", {"data": {"n": 1}}, tuple(player.pk for player in players)
    )
    with transaction.atomic():
        platform_event.send(sender="test", run=run, event=event)


def documents() -> dict[str, dict[str, Any]]:
    rows = PlayerMessage.objects.values_list("player_id", "id", "document")
    return {player_id: msgspec.json.decode(text) | {"own": id_} for player_id, id_, text in rows}


async def test_the_process_that_made_a_message_expands_it_in_its_runs_turn(
    stage: Stage, counting: Counting
) -> None:
    players, run = add_players(stage, 3), Run()
    await database.run(send, run, stage, players)
    assert await database.run(documents) == {}
    await run.flush()
    found = await database.run(documents)
    assert set(found) == {player.pk for player in players}
    for player_id, document in found.items():
        assert document["scriptData"] == {"once": 1, "for": player_id, "id": document["own"]}
    assert await database.run(lambda: Broadcast.objects.get().state) == "expanded"


async def test_a_worker_leaves_it_to_that_process_and_takes_over_when_its_lease_is_over(
    stage: Stage, counting: Counting
) -> None:
    players = add_players(stage, 3)
    await database.run(send, Run(), stage, players)
    await expand_all()
    assert await database.run(documents) == {}
    await database.run(lambda: Broadcast.objects.update(due_ms=0))
    await expand_all()
    assert set(await database.run(documents)) == {player.pk for player in players}


async def test_the_messages_own_script_does_not_run_again_for_whoever_goes_on(
    stage: Stage, counting: Counting
) -> None:
    """What it made of the message is kept with the broadcast."""
    await database.run(send, Run(), stage, add_players(stage, 2))
    kept = '{"scriptData":{"once":"before the crash"}}'
    await database.run(lambda: Broadcast.objects.update(due_ms=0, script=kept))
    await expand_all()
    assert counting.asked_once == 0
    assert {each["scriptData"]["once"] for each in (await database.run(documents)).values()} == {
        "before the crash"
    }


async def test_a_large_audience_is_shaped_chunk_by_chunk(stage: Stage, counting: Counting) -> None:
    players = add_players(stage, 130)
    await database.run(send, Run(), stage, players)
    await expand_all()
    assert (counting.asked_once, sorted(counting.asked_for)) == (1, sorted(player.pk for player in players))
    assert len(await database.run(documents)) == 130


async def test_unknown_players_are_told_nothing(stage: Stage, counting: Counting) -> None:
    run = Run()
    await database.run(send, run, stage, [Player(pk="0" * 24)])
    assert run.deliveries == []
    assert await database.run(Broadcast.objects.count) == 0
