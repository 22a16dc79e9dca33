"""A game's people are told how a broadcast ended, and that its canary failed."""

import pytest
from django.db import transaction

from games.events import PlatformEvent
from games.models import Alert, AlertMail, Collaborator, Stage, User
from games.signals import platform_event
from messaging.broadcast_states import Action
from messaging.broadcasts import Pacing, act, start
from messaging.canaries import judge
from messaging.expansion_claims import claim_due
from messaging.models import Broadcast, PlayerMessage
from protocol.run import Run
from tests.messaging.expanding import add_players, expand, state

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def players(stage: Stage) -> None:
    add_players(stage, 20)


@pytest.fixture
def ann(stage: Stage) -> User:
    user = User.objects.create(username="ann", email="ann@example.org", mail_broadcast=True)
    Collaborator.objects.create(game=stage.game, user=user, role="viewer")
    return user


def event(stage: Stage) -> PlatformEvent:
    return PlatformEvent(stage.pk, "ScriptMessage", {"data": {"n": 1}}, everybody=True)


def begin(stage: Stage, **pacing: float) -> str:
    with transaction.atomic():
        return start(Run(), event(stage), stage, Pacing(**pacing), None).id  # type: ignore[arg-type]


def told() -> list[str]:
    return list(Alert.objects.order_by("pk").values_list("text", flat=True))


def test_a_broadcast_that_is_finished_is_told_of(stage: Stage, ann: User) -> None:
    broadcast_id = begin(stage)
    assert told() == []
    expand()
    alert = Alert.objects.get()
    assert (alert.stage, alert.kind, alert.about, alert.what) == (
        stage,
        "broadcast",
        broadcast_id,
        "expanded",
    )
    assert alert.text == (
        "The broadcast of ScriptMessage is finished: 20 players got it. "
        "What became of the copies is in its trace."
    )
    assert [mail.user for mail in AlertMail.objects.all()] == [ann]


def test_players_who_could_not_be_given_it_are_counted(stage: Stage) -> None:
    begin(stage, canary=5)
    expand()
    Broadcast.objects.update(failed=1)
    act(stage, Broadcast.objects.get().pk, Action.RESUME, None)
    expand()
    assert "20 players got it. 1 player could not be given it. " in told()[0]


def test_one_that_is_aborted_is_told_of_once_with_who_did_it(stage: Stage, owner: User) -> None:
    broadcast_id = begin(stage, canary=5)
    expand()
    for _ in range(2):
        act(stage, broadcast_id, Action.ABORT, owner)
    assert told() == [
        "The broadcast of ScriptMessage was aborted by olga: 5 players got it, nobody more does. "
        "If the others are to get it, start a new one."
    ]


@pytest.mark.parametrize("action", [Action.PAUSE, Action.RESUME])
def test_what_people_do_on_the_way_is_no_news(stage: Stage, owner: User, action: Action) -> None:
    broadcast_id = begin(stage, canary=5)
    expand()
    act(stage, broadcast_id, action, owner)
    assert told() == []


@pytest.mark.parametrize(("failed", "stops"), [(1, False), (2, True)])
def test_a_canary_that_fails_is_told_of(stage: Stage, failed: int, stops: bool) -> None:
    begin(stage, canary=5, go_on_seconds=60, failed_share=0.2)
    expand()
    ids = list(PlayerMessage.objects.values_list("id", flat=True)[:failed])
    PlayerMessage.objects.filter(id__in=ids).update(reason="push_failed:BadDeviceToken")
    Broadcast.objects.update(judge_ms=1, due_ms=1)
    judge(claim_due(1)[0])
    assert state()[0] == ("canary" if stops else "expanding")
    sentence = (
        "The broadcast of ScriptMessage stopped after its canary: 2 of 5 players got no copy, or no push. "
        "See why in its trace, then resume or abort it."
    )
    assert told() == ([sentence] if stops else [])


def test_large_audiences_of_other_messages_are_no_news(stage: Stage, ann: User) -> None:
    with transaction.atomic():
        platform_event.send(sender="test", run=Run(), event=event(stage))
    expand()
    assert state() == ("expanded", 20, 0)
    assert told() == []
