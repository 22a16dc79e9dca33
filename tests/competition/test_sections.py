"""The section `teams` of the game document."""

from competition.team_types import TeamType, team_type
from games.models import Stage
from games.sections import CompileContext, Section, all_sections

CONTEXT = CompileContext(game_id=1, stage_id=2, stage="preview")


def section(name: str) -> Section:
    return next(each for each in all_sections() if each.name == name)


def test_team_types_are_compiled_with_their_defaults() -> None:
    full = {
        "shortCode": "CLAN",
        "name": "Clan",
        "social": True,
        "extendedSocial": True,
        "maxMembers": 50,
        "maxMemberships": 2,
        "maxOwnerships": 1,
        "mandatory": True,
    }
    assert section("teams").compile([full, {"shortCode": "PLAIN"}], CONTEXT) == {
        "CLAN": TeamType("CLAN", True, True, 50, 2, 1, True),
        "PLAIN": TeamType("PLAIN"),
    }


def test_a_stage_has_the_types_of_its_configuration(stage: Stage) -> None:
    assert team_type(stage.pk, "SQUAD") == TeamType("SQUAD", most_members=2)
    assert team_type(stage.pk, "NONE") is None


def test_a_set_holds_its_properties_by_their_codes() -> None:
    properties = [{"shortCode": "RATE", "json": {"rare": 0.05}}, {"shortCode": "OFF", "json": False}]
    compiled = section("properties").compile(properties, CONTEXT)
    assert compiled == {"RATE": {"rare": 0.05}, "OFF": False}
    context = CompileContext(game_id=1, stage_id=2, stage="preview", sections={"properties": compiled})
    sets = [{"shortCode": "ALL", "properties": ["RATE", "OFF"]}, {"shortCode": "NONE"}]
    assert section("propertySets").compile(sets, context) == {
        "ALL": {"RATE": {"rare": 0.05}, "OFF": False},
        "NONE": {},
    }


def test_a_type_names_one_team_of_an_owner_if_there_can_be_one() -> None:
    assert [TeamType("A", most_ownerships=count).single for count in (0, 1, 2)] == [False, True, False]
    assert TeamType("A", mandatory=True).single
