"""The section `challenges` of the game document: compiled, and checked beyond its shape."""

from typing import Any

from competition.challenges.types import ChallengeType, challenge_types, type_of
from games.models import Stage
from games.sections import CompileContext, Faults, Section, all_sections


def section() -> Section:
    return next(each for each in all_sections() if each.name == "challenges")


def faults_of(*items: Any) -> list[str]:
    document = {
        "events": [{"shortCode": "MOVE"}],
        "leaderboards": [{"shortCode": "HS"}, {"shortCode": "OTHER"}],
        "achievements": [
            {"shortCode": "FIRST", "leaderboard": "HS"},
            {"shortCode": "BY_SCRIPT", "leaderboard": None},
        ],
        "challenges": list(items),
    }
    faults = Faults()
    section().validate(document["challenges"], faults, document)
    return faults.found


def test_types_are_compiled_with_their_defaults() -> None:
    full = {
        "shortCode": "DUEL",
        "name": "Duel",
        "description": "Of dice",
        "tags": ["dice"],
        "turnBased": True,
        "turnConsumers": ["MOVE"],
        "leaderboard": "HS",
        "global": True,
        "achievement": "FIRST",
    }
    context = CompileContext(game_id=1, stage_id=2, stage="preview")
    assert section().compile([full, {"shortCode": "PLAIN"}], context) == {
        "DUEL": ChallengeType(
            "DUEL", "Duel", "Of dice", ("dice",), True, frozenset({"MOVE"}), "HS", True, "FIRST"
        ),
        "PLAIN": ChallengeType("PLAIN"),
    }


def test_what_a_type_names_must_be_there() -> None:
    item = {"shortCode": "A", "turnConsumers": ["MOVE", "NO"], "leaderboard": "NO", "achievement": "NO"}
    assert faults_of(item) == [
        'challenges[0].turnConsumers[1]: unknown event "NO"',
        'challenges[0].leaderboard: unknown leaderboard "NO"',
        'challenges[0].achievement: unknown achievement "NO"',
    ]


def test_only_an_achievement_of_its_own_leaderboard_decides_a_challenge() -> None:
    assert faults_of({"shortCode": "A", "leaderboard": "HS", "achievement": "FIRST"}) == []
    assert faults_of({"shortCode": "A", "achievement": "BY_SCRIPT"}) == []
    wrong = [
        {"shortCode": "A", "leaderboard": "OTHER", "achievement": "FIRST"},
        {"shortCode": "B", "achievement": "FIRST"},
        {"shortCode": "C", "leaderboard": "HS", "achievement": "BY_SCRIPT"},
    ]
    assert faults_of(*wrong) == [
        f'challenges[{index}].achievement: "{code}" is not triggered by the leaderboard of the challenge'
        for index, code in enumerate(("FIRST", "FIRST", "BY_SCRIPT"))
    ]


def test_only_one_list_of_players_decides_a_challenge() -> None:
    teams = {"shortCode": "TEAMS", "teamType": "CLAN"}
    parts = {"shortCode": "PARTS", "fields": [7, {"group": "none"}, {"group": "partition"}]}
    ids = {"shortCode": "IDS", "fields": [{"group": "id"}], "teamType": None}
    faults, codes = Faults(), ("TEAMS", "PARTS", "IDS")
    challenges = [{"shortCode": code, "leaderboard": code} for code in codes]
    section().validate(challenges, faults, {"leaderboards": [teams, parts, ids], "challenges": challenges})
    assert faults.found == [
        "challenges[0].leaderboard: a leaderboard of teams cannot decide a challenge",
        "challenges[1].leaderboard: a leaderboard with partitions cannot decide a challenge",
    ]


def test_what_is_malformed_is_told_once() -> None:
    assert faults_of(7, {"shortCode": "A", "achievement": 7}) == [
        "challenges[0]: expected an object",
        "challenges[1].achievement: expected a text",
    ]


def test_short_codes_that_are_no_texts_are_passed_over() -> None:
    faults, nothing = Faults(), [{"shortCode": []}, 7]
    document = {"achievements": nothing, "leaderboards": nothing}
    section().validate([{"shortCode": "A", "leaderboard": []}], faults, document)
    assert faults.found == ["challenges[0].leaderboard: expected a text"]


def test_a_stage_has_the_types_of_its_configuration(stage: Stage) -> None:
    assert challenge_types(stage.pk)["TURNS"].turn_based
    assert type_of(stage.pk, "NONE") == ChallengeType("NONE")
