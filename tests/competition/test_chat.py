"""What members of a team say to each other (competition-rules.md §6.6)."""

from collections.abc import Callable

import pytest

from competition import chat, chat_lines, teams
from competition.models import ChatMessage, Team
from competition.team_types import TeamType
from messaging.models import Message, PlayerMessage
from players.models import Player
from protocol.errors import RequestError
from protocol.request import Request
from protocol.run import Run
from protocol.session import Rights, Session

pytestmark = pytest.mark.django_db

AddPlayer = Callable[..., Player]


@pytest.fixture
def team(ana: Player) -> Team:
    return teams.make(TeamType("TEAM"), ana, "A team", "gs")


def say(team: Team, player: Player, text: str) -> None:
    stage = team.stage
    session = Session("", stage.game_id, stage.pk, stage.name, Rights("device"))
    request = Request("SendTeamChatMessageRequest", {}, session, Run())
    request.player_id, request.player_name = player.pk, player.display_name
    chat.say(team, request, text)


def texts(team: Team, player: Player) -> list[str]:
    return [line.text for line in chat.said(team, player.pk)]


def test_the_latest_line_is_the_first(team: Team, ana: Player) -> None:
    for text in ("one", "two", "three"):
        say(team, ana, text)
    assert texts(team, ana) == ["three", "two", "one"]


def test_who_is_no_member_neither_reads_nor_speaks(team: Team, add_player: AddPlayer) -> None:
    bo = add_player("bo")
    for attempt in (lambda: say(team, bo, "hello"), lambda: texts(team, bo)):
        with pytest.raises(RequestError) as refused:
            attempt()
        assert refused.value.fields == {"team": "NOT_A_MEMBER"}
    assert (ChatMessage.objects.count(), Message.objects.count()) == (0, 0)


def test_an_owner_who_left_is_no_member(team: Team, ana: Player) -> None:
    teams.leave(team, ana.pk)
    with pytest.raises(RequestError):
        say(team, ana, "hello")


def test_each_member_gets_a_message_the_sender_too(team: Team, ana: Player, add_player: AddPlayer) -> None:
    bo = add_player("bo")
    teams.join(team, bo.pk)
    say(team, bo, "Hi guys!")
    assert {copy.player_id for copy in PlayerMessage.objects.all()} == {ana.pk, bo.pk}


def test_a_team_keeps_its_last_thousand_lines(
    team: Team, ana: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert chat_lines.KEPT_MESSAGES == 1000
    monkeypatch.setattr(chat_lines, "KEPT_MESSAGES", 3)
    other = teams.make(TeamType("TEAM"), ana, "Another", "other")
    say(other, ana, "elsewhere")
    for number in range(6):
        say(team, ana, str(number))
    assert texts(team, ana) == ["5", "4", "3"]
    assert texts(other, ana) == ["elsewhere"]
