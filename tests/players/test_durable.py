"""Durable requests: done once, answered with the same bytes; nothing is left of what fails."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from players import durable, friends
from players.durable import ReplyGuard, find_replies
from players.models import AnalyticsEvent, DurableReply, FriendInvite, Friendship, Player
from protocol.errors import AlreadyAnswered
from protocol.handling import in_transaction
from protocol.request import Request, Response
from protocol.run import Run
from protocol.session import Session
from tests.players.asking import ask_bytes

Ask = Callable[..., Awaitable[dict[str, Any]]]
MakeSession = Callable[..., Session]
AddPlayer = Callable[..., Player]

DAY = 86_400_000


@pytest.fixture
def ana(ask: Ask, session: MakeSession, add_player: AddPlayer) -> Session:
    player = add_player("ana")
    return session(player_id=player.pk, player_name="Ana")


async def events() -> int:
    return await AnalyticsEvent.objects.acount()


async def test_a_repeated_id_is_done_once_with_the_same_bytes(ana: Session) -> None:
    first = await ask_bytes(ana, "AnalyticsRequest", key="level", requestId="d_1")
    assert first == b'{"@class":".AnalyticsResponse","requestId":"d_1"}'
    assert await ask_bytes(ana, "AnalyticsRequest", key="level", requestId="d_1") == first
    assert await events() == 1


async def test_keys_may_come_in_another_order(ana: Session) -> None:
    await ask_bytes(ana, "AnalyticsRequest", key="level", start=True, requestId="d_1")
    await ask_bytes(ana, "AnalyticsRequest", start=True, key="level", requestId="d_1")
    assert await events() == 1


async def test_another_id_body_or_player_is_another_request(
    ana: Session, session: MakeSession, add_player: AddPlayer
) -> None:
    bo = session(player_id=(await Player.objects.acreate(stage_id=ana.stage_id)).pk)
    await ask_bytes(ana, "AnalyticsRequest", key="level", requestId="d_1")
    await ask_bytes(ana, "AnalyticsRequest", key="level", requestId="d_2")
    await ask_bytes(ana, "AnalyticsRequest", key="other", requestId="d_1")
    await ask_bytes(bo, "AnalyticsRequest", key="level", requestId="d_1")
    assert await events() == 4


async def test_plain_ids_may_repeat(ana: Session) -> None:
    await ask_bytes(ana, "AnalyticsRequest", key="level", requestId="1")
    await ask_bytes(ana, "AnalyticsRequest", key="level", requestId="1")
    assert await events() == 2
    assert not await DurableReply.objects.aexists()


async def test_two_at_once_are_done_once(ana: Session) -> None:
    answers = await asyncio.gather(
        *[ask_bytes(ana, "AnalyticsRequest", key="level", requestId="d_1") for _ in range(5)]
    )
    assert len(set(answers)) == 1
    assert await events() == 1


async def test_errors_are_not_stored(ana: Session, add_player: AddPlayer) -> None:
    fields = {"userName": "bo", "requestId": "d_1"}
    refused = json.loads(await ask_bytes(ana, "InviteFriendRequest", **fields))
    assert refused["error"] == {"friendId": "NOT_FOUND"}
    assert not await DurableReply.objects.aexists()
    await Player.objects.acreate(stage_id=ana.stage_id, user_name="bo")
    invited = await ask_bytes(ana, "InviteFriendRequest", **fields)
    assert json.loads(invited)["inviteId"] == (await FriendInvite.objects.aget()).pk
    assert await ask_bytes(ana, "InviteFriendRequest", **fields) == invited


async def test_unauthenticated_requests_are_not_stored(session: MakeSession, ask: Ask) -> None:
    await ask_bytes(session(), "AnalyticsRequest", requestId="d_1")
    await ask_bytes(session(), "EndSessionRequest", requestId="d_1")
    assert not await DurableReply.objects.aexists()


async def test_answers_are_kept_for_seven_days(ana: Session) -> None:
    await ask_bytes(ana, "AnalyticsRequest", key="level", requestId="d_1")
    stored = await DurableReply.objects.aget()
    await DurableReply.objects.aupdate(created_ms=stored.created_ms - 7 * DAY + 60_000)
    await ask_bytes(ana, "AnalyticsRequest", key="level", requestId="d_1")
    assert await events() == 1
    await DurableReply.objects.aupdate(created_ms=stored.created_ms - 7 * DAY)
    await ask_bytes(ana, "AnalyticsRequest", key="level", requestId="d_1")
    assert await events() == 2


async def test_server_requests_are_durable_by_the_player_they_act_for(
    ask: Ask, server_session: MakeSession, add_player: AddPlayer, country: None
) -> None:
    ana, bo = add_player("ana"), add_player("bo")
    fields = {"playerId": ana.pk, "friendIds": [bo.pk], "requestId": "d_1"}
    assert (await ask(server_session(), "LinkFriendsRequest", **fields))["linked"] == 1
    await Friendship.objects.all().adelete()
    assert (await ask(server_session(), "LinkFriendsRequest", **fields))["linked"] == 1
    assert not await Friendship.objects.aexists()


# --- the guard -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_claim_hands_over_the_stored_answer() -> None:
    guard = ReplyGuard("k")
    guard.claim()
    guard.store(Response({"@class": ".XResponse", "text": "é😀"}))
    with pytest.raises(AlreadyAnswered) as answered:
        ReplyGuard("k").claim()
    assert answered.value.encoded == '{"@class":".XResponse","text":"é😀"}'.encode()


@pytest.mark.django_db
def test_rollback_leaves_nothing(session: MakeSession, add_player: AddPlayer) -> None:
    ana, bo = add_player("ana"), add_player("bo")

    def fail_at_the_end(request: Request) -> None:
        friends.link(ana.pk, [bo.pk], friends.SERVER)
        raise RuntimeError

    request = Request("LinkFriendsRequest", {}, session(), Run(), guard=ReplyGuard("k"))
    with pytest.raises(RuntimeError):
        in_transaction(request, fail_at_the_end)
    assert not DurableReply.objects.exists()
    assert not Friendship.objects.exists()
    ReplyGuard("k").claim()


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_find_replies_takes_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    keys = [f"k{number}" for number in range(count)]
    for key in keys:
        DurableReply.objects.create(key=key, response=key)
    with django_assert_num_queries(1):
        assert find_replies([*keys, "x"]) == [*[key.encode() for key in keys], None]


def test_stored_for_seven_days() -> None:
    assert durable.KEPT_MS == 7 * DAY
