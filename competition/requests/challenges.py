"""Challenges: issued, answered, joined, found and listed, and spoken in."""

from typing import Any

from competition.challenges import answering, chat, creating, joining, listing, posting
from competition.challenges.documents import challenge_document, challenge_documents, type_document
from competition.challenges.holding import Act
from competition.challenges.states import Access
from competition.challenges.types import challenge_types
from competition.leaderboards.types import boards
from competition.requests.events import read_posting
from competition.requests.pages import numbered_page, page
from players.models import Player
from protocol.errors import together
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.multiplayer import (
    AcceptChallengeRequest,
    ChatOnChallengeRequest,
    CreateChallengeRequest,
    DeclineChallengeRequest,
    FindChallengeRequest,
    GetChallengeRequest,
    JoinChallengeRequest,
    ListChallengeRequest,
    ListChallengeTypeRequest,
    LogChallengeEventRequest,
    WithdrawChallengeRequest,
)


@request("CreateChallengeRequest", CreateChallengeRequest)
def create_challenge(request: Request) -> dict[str, Any]:
    row = creating.create(Act.of(request), _player(request), request.data)
    return {"challengeInstanceId": row.pk}


@request("AcceptChallengeRequest", AcceptChallengeRequest)
def accept_challenge(request: Request) -> dict[str, Any]:
    answering.accept(Act.of(request), *_named(request), request.data.message)
    return _same_id(request)


@request("DeclineChallengeRequest", DeclineChallengeRequest)
def decline_challenge(request: Request) -> dict[str, Any]:
    answering.decline(Act.of(request), *_named(request), request.data.message)
    return _same_id(request)


@request("WithdrawChallengeRequest", WithdrawChallengeRequest)
def withdraw_challenge(request: Request) -> dict[str, Any]:
    answering.withdraw(Act.of(request), *_named(request), request.data.message)
    return _same_id(request)


@request("JoinChallengeRequest", JoinChallengeRequest)
def join_challenge(request: Request) -> dict[str, Any]:
    data = request.data
    joined = joining.join(
        Act.of(request), _player(request), data.challenge_instance_id, data.message, data.eligibility
    )
    return {"joined": joined}


@request("GetChallengeRequest", GetChallengeRequest, durable=False)
def get_challenge(request: Request) -> dict[str, Any]:
    held = listing.shown_to(Act.of(request), *_named(request))
    return {"challenge": challenge_document(held.row, held.players, held.type)}


@request("FindChallengeRequest", FindChallengeRequest, durable=False)
def find_challenge(request: Request) -> dict[str, Any]:
    """`offset` counts challenges (§5.4)."""
    data = request.data
    found = joining.find(
        Act.of(request), _player(request), Access(data.access_type), data.short_code, data.eligibility
    )
    count = joining.MOST_FOUND if data.count is None else min(data.count, joining.MOST_FOUND)
    return {"challengeInstances": challenge_documents(page(found, count, data.offset or 0))}


@request("ListChallengeRequest", ListChallengeRequest, durable=False)
def list_challenge(request: Request) -> dict[str, Any]:
    """`offset` is the number of a page (§5.4)."""
    data = request.data
    one = None if data.state is None else [data.state]
    states = one if data.states is None else data.states
    mine = list(
        numbered_page(
            listing.challenges_of(request.player_id or "", states, data.short_code),
            data.entry_count,
            data.offset,
        )
    )
    received = {each.challenge_id for each in mine if listing.is_received(each)}
    return {"challengeInstances": challenge_documents([each.challenge for each in mine], received)}


@request("ListChallengeTypeRequest", ListChallengeTypeRequest, durable=False)
async def list_challenge_type(request: Request) -> dict[str, Any]:
    stage_id = request.session.stage_id
    names = {code: board.name for code, board in boards(stage_id).items()}
    types = challenge_types(stage_id).values()
    return {"challengeTemplates": [type_document(each, names) for each in types]}


@request("LogChallengeEventRequest", LogChallengeEventRequest)
def log_challenge_event(request: Request) -> None:
    """Whatever is wrong with the challenge and with the event is told at once."""
    held, posted = together(
        lambda: posting.hold_to_post(Act.of(request), *_named(request)), lambda: read_posting(request)
    )
    posting.log(held, posted)


@request("ChatOnChallengeRequest", ChatOnChallengeRequest)
def chat_on_challenge(request: Request) -> dict[str, Any]:
    chat.say(Act.of(request), *_named(request), request.data.message or "", request.player_name)
    return _same_id(request)


def _named(request: Request) -> tuple[int, str]:
    return request.session.stage_id, request.data.challenge_instance_id


def _same_id(request: Request) -> dict[str, Any]:
    return {"challengeInstanceId": request.data.challenge_instance_id}


def _player(request: Request) -> Player:
    return Player.objects.get(pk=request.player_id)
