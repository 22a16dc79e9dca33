"""What members of a team say to each other (competition-rules.md §6.6)."""

from typing import Any

from django.db.models import QuerySet

from competition.chat_lines import forget_oldest
from competition.models import ChatMessage, Team, TeamMember
from competition.teams import is_member
from games.events import PlatformEvent
from games.signals import platform_event
from protocol.dates import format_date
from protocol.errors import RequestError
from protocol.request import Request


def say(team: Team, request: Request, text: str) -> None:
    """To all members, the sender among them, word by word. Raises RequestError `team: NOT_A_MEMBER`."""
    player_id = request.player_id or ""
    members = tuple(TeamMember.objects.filter(team=team).order_by("id").values_list("player_id", flat=True))
    if player_id not in members:
        raise RequestError({"team": "NOT_A_MEMBER"})
    line = ChatMessage.objects.create(
        team=team, sender_id=player_id, sender_name=request.player_name, text=text
    )
    forget_oldest(lines(team))
    event = PlatformEvent(
        stage_id=team.stage_id,
        message_class="TeamChatMessage",
        data={
            "chatMessageId": line.pk,
            "fromId": player_id,
            "message": text,
            "ownerId": team.owner_id,
            "teamId": team.team_id,
            "teamType": team.team_type,
            "who": line.sender_name,
        },
        player_ids=members,
        origin={"request": request.name, "playerId": player_id},
    )
    platform_event.send(sender=request.name, run=request.run, event=event)


def said(team: Team, player_id: str) -> "QuerySet[ChatMessage]":
    """The latest first. Raises RequestError `team: NOT_A_MEMBER`."""
    if not is_member(team, player_id):
        raise RequestError({"team": "NOT_A_MEMBER"})
    return lines(team)


def lines(team: Team) -> "QuerySet[ChatMessage]":
    """The latest first."""
    return ChatMessage.objects.filter(team=team).order_by("-id")


def line_document(line: ChatMessage) -> dict[str, Any]:
    return {
        "id": line.pk,
        "fromId": line.sender_id,
        "who": line.sender_name,
        "message": line.text,
        "when": format_date(line.created_ms),
    }
