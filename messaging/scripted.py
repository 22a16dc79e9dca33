"""Messages that scripts shape: stored unexpanded, expanded after the answer by the process that made them.

The run's order holds: they wait on its delivery list like any other message. What a crash leaves there, a
worker expands once the claim's lease is over.
"""

from dataclasses import dataclass

from games.config import GameConfig
from games.events import PlatformEvent
from messaging.delivery import Queued
from messaging.expansion import take_turn
from messaging.expansion_claims import LEASE_MS, Claim
from messaging.preparing import prepare_audience
from messaging.writer import Unit
from protocol.dates import now_ms
from protocol.ids import new_id
from protocol.run import Run
from realtime.node import node_id


@dataclass(frozen=True, slots=True)
class Expanding(Queued):
    """Expands a message of this run's."""

    claim: Claim

    async def work(self, run: Run) -> None:
        await take_turn(self.claim, run)


def prepare_scripted(config: GameConfig, event: PlatformEvent) -> Unit:
    """Of a small audience: claimed by this process, and on its run's list."""
    unit = prepare_audience(config, event)
    broadcast = unit.broadcast
    assert broadcast is not None
    now = now_ms()
    claim = Claim(broadcast.message_id, new_id(), now)
    broadcast.claim, broadcast.node, broadcast.due_ms = claim.mark, node_id(), now + LEASE_MS
    unit.deliveries = [Expanding(claim)]
    return unit
