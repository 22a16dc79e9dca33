import asyncio
from collections.abc import Callable

import pytest

from games.models import Stage
from messaging import jobs
from messaging.jobs import CLAIMED_MS, claim_undecided
from messaging.models import PlayerMessage
from players.models import Player
from protocol.dates import now_ms
from realtime import database
from tests.messaging.sending import send

AddPlayer = Callable[..., Player]


def make_due(stage: Stage, player: Player, count: int) -> list[str]:
    for _ in range(count):
        send(stage, player)
    PlayerMessage.objects.update(due_ms=now_ms() - 1)
    return list(PlayerMessage.objects.values_list("id", flat=True))


@pytest.mark.django_db
def test_claimed_rows_are_due_again_later(stage: Stage, add_player: AddPlayer) -> None:
    ids = make_due(stage, add_player("ana"), 3)
    before = now_ms()
    assert sorted(claim_undecided()) == sorted(ids)
    assert claim_undecided() == []
    due = PlayerMessage.objects.values_list("due_ms", flat=True)
    assert all(moment is not None and moment >= before + CLAIMED_MS for moment in due)


@pytest.mark.django_db(transaction=True)
async def test_sweepers_at_the_same_moment_share_no_row(
    stage: Stage, add_player: AddPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SWEEP", 6)
    ids = await database.run(make_due, stage, await database.run(add_player, "ana"), 10)
    first, second = await asyncio.gather(database.run(claim_undecided), database.run(claim_undecided))
    assert sorted([len(first), len(second)]) == [4, 6]
    assert sorted(first + second) == sorted(ids)
