"""How teams appear on the wire, and what lists of them cost."""

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from competition import teams
from competition.documents import team_documents
from competition.models import Team
from competition.requests.pages import page
from competition.team_types import TeamType
from games.models import Stage
from players.models import Player
from realtime.registry import registry

pytestmark = pytest.mark.django_db

AddPlayer = Callable[..., Player]


def test_a_team_s_document(stage: Stage, add_player: AddPlayer, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, bo = add_player("ana", external_ids={"FB": "7"}), add_player("bo", script_data={"level": 3})
    team = teams.make(TeamType("TEAM"), ana, "GSTeam", "gs")
    teams.join(team, bo.pk)
    monkeypatch.setattr(registry, "online", lambda player_id: player_id == bo.pk)
    owner = {
        "id": ana.pk,
        "displayName": "Ana",
        "online": False,
        "externalIds": {"FB": "7"},
    }
    member = {"id": bo.pk, "displayName": "Bo", "online": True, "externalIds": {}, "scriptData": {"level": 3}}
    assert team_documents([team]) == [
        {
            "teamId": "gs",
            "teamName": "GSTeam",
            "teamType": "TEAM",
            "owner": owner,
            "members": [owner, member],
        }
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_teams_takes_three_statements(
    count: int, stage: Stage, add_player: AddPlayer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        team = teams.make(TeamType("TEAM"), add_player(f"owner{number}"), "A team", str(number))
        teams.join(team, add_player(f"member{number}").pk)
    with django_assert_num_queries(3):
        found = team_documents(page(teams.teams_named(stage.pk, None, None), 50, 0))
    assert [len(each["members"]) for each in found] == [2] * count


def test_a_page_out_of_range_is_brought_into_it(stage: Stage, add_player: AddPlayer) -> None:
    ana = add_player("ana")
    for number in range(3):
        teams.make(TeamType("TEAM"), ana, "A team", str(number))

    def ids(count: int, offset: int) -> list[str]:
        return [team.team_id for team in page(Team.objects.order_by("id"), count, offset)]

    assert (ids(2, 0), ids(2, 2), ids(50, 3)) == (["0", "1"], ["2"], [])
    assert (ids(0, 0), ids(-5, -5), ids(10**9, 0)) == (["0"], ["0"], ["0", "1", "2"])
