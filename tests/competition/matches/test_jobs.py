"""The worker's job: pool by pool, and nothing holds it up."""

import logging

import pytest
from asgiref.sync import sync_to_async

from competition.matches.jobs import bring_due
from competition.models import PendingMatch
from players.models import Player
from tests.competition.matches.test_bringing import ask, told

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("match_types")]


def ask_in_two_pools(ana: Player, bo: Player) -> int:
    """The first pool's id; what is stored there cannot be read."""
    ask(ana, group="broken")
    broken = PendingMatch.objects.get()
    PendingMatch.objects.update(player_ids="no JSON")
    for player in (ana, bo):
        ask(player, group="sound")
    return broken.pool_id


async def test_a_pool_that_cannot_be_read_holds_up_no_other(
    ana: Player, bo: Player, caplog: pytest.LogCaptureFixture
) -> None:
    broken = await sync_to_async(ask_in_two_pools)(ana, bo)
    with caplog.at_level(logging.ERROR):
        assert await bring_due() is False
    assert f"pool {broken} cannot be brought up to date" in caplog.text
    assert await sync_to_async(told)() == [("Ana", "MatchFoundMessage"), ("Bo", "MatchFoundMessage")]
