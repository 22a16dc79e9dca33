"""Delivers stored messages: decide, write to sockets, enqueue pushes, note the reason.

Only rows that are committed come here. Whatever fails on the way, the row is still waiting and due, so the
sweeper (messaging.jobs) decides it again.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from messaging.decision import Decision, Situation, Target, decide, needs_devices
from messaging.outcomes import UNCONFIRMED_MS, Outcome, decided
from messaging.policy import Policy
from messaging.pushing import push_items
from messaging.rendering import CompiledMessage
from players.facts import Recipient
from protocol.dates import now_ms
from protocol.run import Run
from push.devices import devices_of
from realtime.batcher import Batcher
from realtime.presence import presence
from realtime.router import Frame, router

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Delivery:
    """A stored copy on its way. `fresh` until it was decided once; `already_pushed` as its row says."""

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

    def frame(self) -> Frame:
        return Frame(self.stage_id, self.player_id, self.message_id, self.document)

    def situation(self, online: bool, now: int) -> Situation:
        policy = self.policy
        return Situation(
            send_via_socket=policy.send_via_socket,
            send_as_push=policy.send_as_push,
            suppress_push_on_socket_send=policy.suppress_push_on_socket_send,
            online=online,
            expired=self.expires_ms <= now,
            live_only=policy.live_only,
            already_pushed=self.already_pushed,
            device_types=policy.device_types,
            blocked=self.recipient.blocked,
        )


def _read_targets(player_ids: list[str]) -> list[tuple[Target, ...] | Exception]:
    found = devices_of(player_ids)
    return [
        tuple(Target(device.id, device.device_os, device.provider) for device in found.get(player_id, ()))
        for player_id in player_ids
    ]


targets_of: Batcher[str, tuple[Target, ...]] = Batcher(_read_targets, limit=500)


async def flush(run: Run) -> None:
    """What a run stored, after its answer is out."""
    deliveries, run.deliveries = run.deliveries, []
    await deliver_or_leave(deliveries)


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


def _plan(situation: Situation) -> Plan:
    decision = decide(situation)
    return Plan(situation, decision, decision.socket and not needs_devices(situation))


async def deliver(deliveries: Sequence[Delivery]) -> None:
    """Decide and deliver, in order. Sockets come first: they never wait for a look at devices."""
    online = await presence.online([delivery.player_id for delivery in deliveries])
    plans = _plans(deliveries, online, now_ms())
    missed = await _write(deliveries, plans)
    for number, delivery in enumerate(deliveries if missed else ()):
        if delivery.message_id in missed:
            plans[number] = _plan(replace(plans[number].situation, online=False))
    unfinished = [
        (delivery, plan)
        for delivery, plan in zip(deliveries, plans, strict=True)
        if not (plan.settled and delivery.fresh)
    ]
    if unfinished:
        await _finish(unfinished)


def _plans(deliveries: Sequence[Delivery], online: Collection[str], now: int) -> list[Plan]:
    """One decision for all that are in the same situation: of a message to thousands, nearly everybody."""
    known: dict[tuple[object, ...], Plan] = {}
    plans = []
    for delivery in deliveries:
        here = delivery.player_id in online
        expired = delivery.expires_ms <= now
        alike = (id(delivery.policy), here, expired, delivery.already_pushed, delivery.recipient.blocked)
        plan = known.get(alike)
        if plan is None:
            plan = known[alike] = _plan(delivery.situation(here, now))
        plans.append(plan)
    return plans


async def _write(deliveries: Sequence[Delivery], plans: Sequence[Plan]) -> set[str]:
    """The ids of those for which no connection was found after all."""
    frames = [
        delivery.frame() for delivery, plan in zip(deliveries, plans, strict=True) if plan.decision.socket
    ]
    missed = await router.deliver(frames) if frames else []
    if router.has_listeners():
        router.copy_to_listeners([delivery.frame() for delivery in deliveries if delivery.fresh])
    return {frame.message_id for frame in missed}


async def _finish(unfinished: Sequence[tuple[Delivery, Plan]]) -> None:
    """Note every reason that a confirmation will not note, with the pushes decided on."""
    asked = list({delivery.player_id for delivery, plan in unfinished if needs_devices(plan.situation)})
    targets = dict(zip(asked, await targets_of.many(asked), strict=True))
    outcomes = []
    for delivery, plan in unfinished:
        decision = plan.decision
        if needs_devices(plan.situation):
            decision = decide(replace(plan.situation, devices=targets[delivery.player_id]))
        outcomes.append(_outcome(delivery, decision))
    await decided.many(outcomes)


def _outcome(delivery: Delivery, decision: Decision) -> Outcome:
    due = delivery.expires_ms
    if decision.socket:
        due = now_ms() + UNCONFIRMED_MS
    return Outcome(
        stage_id=delivery.stage_id,
        message_id=delivery.message_id,
        reason=decision.reason,
        state="waiting" if decision.owed else "closed",
        due_ms=due if decision.owed else None,
        pushes=push_items(delivery, decision.push),
    )
