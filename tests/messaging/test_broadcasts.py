from collections.abc import Callable

import pytest
from django.db import transaction

from games.audit import NOBODY
from games.events import PlatformEvent
from games.models import AuditEntry, Stage, User
from messaging.broadcast_states import Action, Refused, State
from messaging.broadcasts import Pacing, Status, act, start, status
from messaging.canaries import judge
from messaging.expansion_claims import claim_due, release
from messaging.models import Broadcast, PlayerMessage
from players.models import Player
from protocol.dates import now_ms
from protocol.run import Run
from tests.messaging.expanding import add_players, claimed, expand, receivers, state, store_next

Start = Callable[..., Status]


@pytest.fixture
def players(stage: Stage) -> list[Player]:
    return add_players(stage, 20)


@pytest.fixture
def begin(stage: Stage, owner: User, players: list[Player]) -> Start:
    """`begin(rate=…)`: a message to all players of the stage."""

    def begin(**pacing: object) -> Status:
        event = PlatformEvent(stage.pk, "ScriptMessage", {"data": {"n": 1}}, everybody=True)
        with transaction.atomic():
            return start(Run(), event, stage, Pacing(**pacing), owner)  # type: ignore[arg-type]

    return begin


def audited() -> list[tuple[str, str, str]]:
    rows = AuditEntry.objects.filter(action__startswith="broadcast.").order_by("id")
    return [(row.actor_name, row.action, row.target) for row in rows]


def test_a_broadcast_is_started_counted_and_expanded(stage: Stage, begin: Start, owner: User) -> None:
    started = begin()
    assert started == Status(started.id, State.EXPANDING, None, 0, 0, None, None)
    expand()
    assert status(stage, started.id) == Status(started.id, State.EXPANDED, 20, 20, 0, None, None)
    assert audited() == [("olga", "broadcast.start", started.id)]
    entry = AuditEntry.objects.get(action="broadcast.start")
    assert (entry.game, entry.detail) == (
        stage.game,
        {"stage": "preview", "audience": "all", "query": "", "rate": None, "canary": 0},
    )


def test_after_a_pause_nobody_more_gets_it_until_it_is_resumed(
    stage: Stage, begin: Start, owner: User
) -> None:
    started = begin(canary=5)
    expand()
    act(stage, started.id, Action.RESUME, owner)
    expansion = claimed()
    assert act(stage, started.id, Action.PAUSE, owner).state == "paused"
    assert store_next(expansion) is None
    assert state() == ("paused", 5, 0)
    release(expansion.claim, expansion.cursor)
    assert claim_due(1) == [], "nothing is to be done"
    assert act(stage, started.id, Action.RESUME, owner).state == "expanding"
    expand()
    assert state() == ("expanded", 20, 0)
    assert len(set(receivers())) == len(receivers()) == 20
    assert [action for _, action, _ in audited()] == [
        "broadcast.start",
        "broadcast.resume",
        "broadcast.pause",
        "broadcast.resume",
    ]


def test_a_resumed_broadcast_that_its_worker_still_holds_goes_on_when_it_is_given_back(
    stage: Stage, begin: Start, owner: User
) -> None:
    started = begin()
    expansion = claimed()
    act(stage, started.id, Action.PAUSE, owner)
    act(stage, started.id, Action.RESUME, owner)
    assert claim_due(1) == [], "the claim holds"
    release(expansion.claim, expansion.cursor)
    assert len(claim_due(1)) == 1


def test_an_aborted_broadcast_is_over_and_keeps_what_it_stored(
    stage: Stage, begin: Start, owner: User
) -> None:
    started = begin(canary=5)
    expand()
    assert act(stage, started.id, Action.ABORT, None).state == "aborted"
    assert act(stage, started.id, Action.ABORT, None).state == "aborted"
    with pytest.raises(Refused, match="aborted cannot resume"):
        act(stage, started.id, Action.RESUME, owner)
    expand()
    assert state() == ("aborted", 5, 0)
    assert len(receivers()) == 5
    row = Broadcast.objects.get()
    assert row.due_ms is None
    assert row.ended_ms is not None
    assert audited()[1:] == [(NOBODY, "broadcast.abort", started.id)]


def test_a_broadcast_of_another_stage_is_not_found(stage: Stage, begin: Start, owner: User) -> None:
    started = begin()
    live = stage.game.stage("live")
    for ask in (lambda: status(live, started.id), lambda: act(live, started.id, Action.PAUSE, owner)):
        with pytest.raises(Broadcast.DoesNotExist):
            ask()


# --- the canary -------------------------------------------------------------------------------------------


def test_a_canary_waits_for_an_operator(stage: Stage, begin: Start, owner: User) -> None:
    started = begin(canary=5)
    expand()
    assert state() == ("canary", 5, 0)
    assert Broadcast.objects.get().due_ms is None
    act(stage, started.id, Action.RESUME, owner)
    expand()
    assert state() == ("expanded", 20, 0)


@pytest.mark.parametrize(
    ("failed", "after", "canary_failed"), [(1, "expanding", 1), (2, "canary", 2)], ids=["few", "many"]
)
def test_a_canary_goes_on_by_itself_if_few_enough_failed(
    stage: Stage, begin: Start, failed: int, after: str, canary_failed: int
) -> None:
    begin(canary=5, go_on_seconds=60, failed_share=0.2)
    before = now_ms()
    expand()
    row = Broadcast.objects.get()
    assert row.judge_ms is not None
    assert row.judge_ms == row.due_ms
    assert before + 60_000 <= row.judge_ms <= now_ms() + 60_000
    ids = list(PlayerMessage.objects.values_list("id", flat=True)[:failed])
    PlayerMessage.objects.filter(id__in=ids).update(reason="push_failed:BadDeviceToken")

    Broadcast.objects.update(due_ms=0)  # looked at too early, by the one that takes over from a dead worker
    claim = claim_due(1)[0]
    judge(claim)
    release(claim, row.cursor)
    assert state() == ("canary", 5, 0)

    Broadcast.objects.update(judge_ms=1, due_ms=1)
    claim = claim_due(1)[0]
    judge(claim)
    release(claim, row.cursor)
    row = Broadcast.objects.get()
    assert (row.state, row.canary_failed, row.judge_ms) == (after, canary_failed, None)
    assert (row.due_ms is None) == (after == "canary")
    assert audited()[1:] == [("worker", "broadcast.canary", row.pk)]
    entry = AuditEntry.objects.get(action="broadcast.canary")
    assert entry.detail == {"stage": "preview", "failed": failed, "of": 5, "passed": after == "expanding"}


@pytest.mark.parametrize(
    ("pacing", "faults"),
    [
        (Pacing(), []),
        (Pacing(rate=1, canary=1, go_on_seconds=0, failed_share=1.0), []),
        (Pacing(rate=0), ["rate"]),
        (Pacing(canary=-1), ["canary"]),
        (Pacing(go_on_seconds=5), ["go_on_seconds"]),
        (Pacing(canary=5, go_on_seconds=-1, failed_share=1.5), ["go_on_seconds", "failed_share"]),
    ],
)
def test_a_pacing_that_makes_no_sense_names_its_faults(pacing: Pacing, faults: list[str]) -> None:
    assert pacing.faults == faults
