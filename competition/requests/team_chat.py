"""A team's chat."""

from typing import Any

from competition import chat
from competition.finding import find
from competition.requests.pages import page
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.teams import ListTeamChatRequest, SendTeamChatMessageRequest


@request("SendTeamChatMessageRequest", SendTeamChatMessageRequest)
def send_team_chat_message(request: Request) -> None:
    team = find(request.session.stage_id, request.player_id or "", request.data)
    chat.say(team, request, request.data.message or "")


@request("ListTeamChatRequest", ListTeamChatRequest, durable=False)
def list_team_chat(request: Request) -> dict[str, Any]:
    data, player_id = request.data, request.player_id or ""
    team = find(request.session.stage_id, player_id, data)
    lines = page(chat.said(team, player_id), data.entry_count, data.offset)
    return {"messages": [chat.line_document(line) for line in lines]}
