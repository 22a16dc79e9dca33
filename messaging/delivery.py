"""Delivers stored messages: decide, write to sockets, enqueue pushes, note the reason.

Only rows that are committed come here. Whatever fails on the way, the row is still waiting and due, so the
sweeper (messaging.jobs) decides it again.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from messaging.decision import Decision, Situation, Target, decide, needs_devices
from messaging.decision_inputs import noted
from messaging.outcomes import UNCONFIRMED_MS, Outcome, decided
from messaging.policy import Policy
from messaging.pushing import push_items
from messaging.rendering import CompiledMessage
from players.facts import Recipient
from protocol.dates import now_ms
from protocol.run import Run
from push.devices import devices_of
from realtime.batcher import Batcher
from realtime.router import Frame, Missed, router

logger = logging.getLogger(__name__)

UNSURE_MS = 5_000  # until the next look at a row whose player may be online on a node that was not asked


@dataclass(slots=True)
class Delivery:
    """A stored copy on its way. `fresh` until it was decided once; `already_pushed` as its row says,
    `test` as its message does."""

    stage_id: int
    player_id: str
    message_id: str
    document: bytes
    compiled: CompiledMessage
    policy: Policy
    expires_ms: int
    recipient: Recipient
    variant: int | None = None
    already_pushed: bool = False
    fresh: bool = True
    test: bool = False

    def frame(self) -> Frame:
        return Frame(self.stage_id, self.player_id, self.message_id, self.document)

    def plan(self, online: bool, now: int) -> "Plan":
        expired = self.expires_ms <= now
        return _plan(self.policy, online, expired, self.already_pushed, self.recipient.blocked)


def read_targets(player_ids: Sequence[str]) -> dict[str, tuple[Target, ...]]:
    """The devices of those players who have any."""
    return {
        player_id: tuple(Target(device.id, device.device_os, device.provider) for device in devices)
        for player_id, devices in devices_of(player_ids).items()
    }


def _read_targets(player_ids: list[str]) -> list[tuple[Target, ...] | Exception]:
    found = read_targets(player_ids)
    return [found.get(player_id, ()) for player_id in player_ids]


targets_of: Batcher[str, tuple[Target, ...]] = Batcher(_read_targets, limit=500)


class Queued(ABC):
    """Something else on a run's list: its turn is between the deliveries before it and those behind it."""

    @abstractmethod
    async def work(self, run: Run) -> None:
        """What it leads to joins the end of the run's list."""


async def flush(run: Run) -> None:
    """What a run stored, after its answer is out; then what that led to."""
    while run.deliveries:
        waiting, run.deliveries = run.deliveries, []
        for is_queued, group in groupby(waiting, lambda each: isinstance(each, Queued)):
            if not is_queued:
                await deliver_or_leave(list(group))
                continue
            for queued in group:
                await _work_or_leave(queued, run)


async def _work_or_leave(queued: Queued, run: Run) -> None:
    try:
        await queued.work(run)
    except Exception:
        logger.exception("%s was not finished", type(queued).__name__)


async def deliver_or_leave(deliveries: Sequence[Delivery]) -> None:
    """Deliver; what a fault keeps from being decided is due, and the sweeper finds it.

    Whatever the fault is: who sent the messages was answered, and is not to lose the connection over it.
    """
    try:
        await deliver(deliveries)
    except Exception:
        logger.exception("%d messages were not decided; the sweeper will", len(deliveries))


@dataclass(frozen=True, slots=True)
class Plan:
    """What one situation leads to. `settled`: nothing is left to note but the client's confirmation."""

    situation: Situation
    decision: Decision
    settled: bool


@lru_cache(maxsize=1000)
def _plan(policy: Policy, online: bool, expired: bool, already_pushed: bool, blocked: bool) -> Plan:
    """Decided once for all who are in the same situation: nearly everybody, whatever the message."""
    situation = policy.situation(
        online=online, expired=expired, already_pushed=already_pushed, blocked=blocked
    )
    decision = decide(situation)
    return Plan(situation, decision, decision.socket and not needs_devices(situation))


async def deliver(deliveries: Sequence[Delivery]) -> None:
    """Decide and deliver, in order.

    Whoever is to have it over a socket is looked for by writing it: a player is online whose connection was
    found, here or on another node. Devices are looked at after that, so that sockets never wait for them.
    """
    now = now_ms()
    plans = [delivery.plan(True, now) for delivery in deliveries]
    missed = await _write(deliveries, plans)
    absent = {frame.message_id for frame in missed.frames}
    for number, delivery in enumerate(deliveries if absent else ()):
        if delivery.message_id in absent:
            plans[number] = delivery.plan(False, now)
    unfinished = [
        (delivery, plan)
        for delivery, plan in zip(deliveries, plans, strict=True)
        if not (plan.settled and delivery.fresh)
    ]
    if unfinished:
        await _finish(unfinished, set() if missed.sure else absent)


async def _write(deliveries: Sequence[Delivery], plans: Sequence[Plan]) -> Missed:
    frames = [
        delivery.frame() for delivery, plan in zip(deliveries, plans, strict=True) if plan.decision.socket
    ]
    missed = await router().deliver(frames) if frames else Missed([])
    if router().has_listeners():
        await router().copy_to_listeners([delivery.frame() for delivery in deliveries if delivery.fresh])
    return missed


async def _finish(unfinished: Sequence[tuple[Delivery, Plan]], unsure: Collection[str]) -> None:
    """Note every reason that a confirmation will not note, with the pushes decided on.

    `unsure` are the ids of messages that nobody may have looked for everywhere.
    """
    asked = list({delivery.player_id for delivery, plan in unfinished if needs_devices(plan.situation)})
    targets = dict(zip(asked, await targets_of.many(asked), strict=True))
    outcomes = []
    for delivery, plan in unfinished:
        decision, saw, online = plan.decision, "", plan.situation.online
        if needs_devices(plan.situation):
            devices = targets[delivery.player_id]
            decision = decide(replace(plan.situation, devices=devices))
            saw = noted(now_ms(), online, devices)
        outcome = _outcome(delivery, decision, online, delivery.message_id in unsure)
        outcome.decided = saw
        outcomes.append(outcome)
    await decided.many(outcomes)


def _outcome(delivery: Delivery, decision: Decision, online: bool, unsure: bool) -> Outcome:
    due = delivery.expires_ms
    if decision.socket:
        due = now_ms() + UNCONFIRMED_MS
    elif unsure:
        due = min(due, now_ms() + UNSURE_MS)
    return Outcome(
        stage_id=delivery.stage_id,
        message_id=delivery.message_id,
        reason=decision.reason,
        state="waiting" if decision.owed else "closed",
        due_ms=due if decision.owed else None,
        pushes=push_items(delivery, decision.push, online),
        key=delivery.compiled.key,
        fresh=delivery.fresh,
        counted=not delivery.test,
    )
