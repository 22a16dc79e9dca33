"""No operation on boards, teams, matches, files and accounts reaches what belongs to another stage."""

from collections.abc import Callable
from typing import Any

import pytest

from cloudcode.models import BulkJob
from cloudcode.sandbox.running import Refused
from competition.models import BoardInstance, Match, MatchPool, PendingMatch, Team, TeamMember, WaitingPlayer
from games.models import Stage
from players.models import AuthToken, Player
from players.tokens import issue
from realtime import database
from tests.cloudcode.test_operations import ask, host_of

pytestmark = pytest.mark.django_db(transaction=True)

REFUSED = "refused"
POOL = {"shortCode": "PAIR", "matchGroup": None}


def at(code: str) -> dict[str, Any]:
    return {"code": code, "challengeId": None, "view": "all", "playerId": None, "ids": None}


def make_theirs(player: Player) -> None:
    """On the other stage: a team, a match, a pending match and a list of entries."""
    team = Team.objects.create(
        stage=player.stage, team_id="theirs", team_type="X", name="Theirs", owner=player
    )
    TeamMember.objects.create(team=team, player=player)
    pool = MatchPool.objects.create(stage=player.stage, match_code="PAIR")
    Match.objects.create(id="match", pool=pool)
    pending = PendingMatch.objects.create(id="pending", pool=pool, player_ids="[]", skill=0, due_ms=0)
    WaitingPlayer.objects.create(pool=pool, pending=pending, player=player, skill=0, since_ms=0)
    BoardInstance.objects.create(stage=player.stage, board="BEST", code="BEST")
    BulkJob.objects.create(id="job", stage=player.stage, created_ms=1, scheduled_ms=1)
    issue(player.pk)


def kept() -> list[Any]:
    models = (Player, Team, TeamMember, Match, PendingMatch, WaitingPlayer, BoardInstance, AuthToken, BulkJob)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


@pytest.mark.parametrize(
    ("operation", "arguments", "expected"),
    [
        ("team.load", ["theirs"], None),
        ("team.owned", ["PLAYER", "X"], []),
        ("team.change", ["theirs", "drop", None], REFUSED),
        ("team.change", ["theirs", "rename", "Ours"], REFUSED),
        ("team.award", ["theirs", "HERO"], REFUSED),
        ("team.lines", ["theirs", 10, 0], REFUSED),
        ("match.load", ["match"], None),
        ("match.create", ["match", ["PLAYER"]], None),
        ("match.create", [None, ["PLAYER"]], None),
        ("match.change", ["match", "remove_players", ["PLAYER"]], None),
        ("match.setData", ["match", {"a": 1}], None),
        ("pending.load", ["pending"], None),
        ("pending.ofPlayer", [POOL, "PLAYER"], None),
        ("pending.create", [POOL, ["PLAYER"], 1, None, None], None),
        ("pending.join", ["pending", "pending"], None),
        ("pending.find", ["pending", 10], []),
        ("pending.cancel", [POOL, "PLAYER"], False),
        ("board.find", [at("BEST")], None),
        ("board.page", [at("BEST"), 10, 0], REFUSED),
        ("board.drop", [at("BEST"), True], REFUSED),
        ("board.deleteEntries", [at("BEST"), "PLAYER", True, None, False], REFUSED),
        ("board.evaluate", [["union", at("BEST"), at("BEST")]], REFUSED),
        ("board.evaluate", [["besides", 1, 2]], REFUSED),
        ("files.uploaded", ["upload"], None),
        ("files.deleteUploaded", ["upload"], False),
        ("config.downloadable", ["FILE"], None),
        ("config.section", ["credentials"], REFUSED),
        ("account.friends", ["PLAYER"], REFUSED),
        ("account.unlock", ["PLAYER"], REFUSED),
        ("account.setPassword", ["PLAYER", "a password"], REFUSED),
        ("account.validatePassword", ["PLAYER", "a password"], False),
        ("account.resetTokens", ["PLAYER", False], REFUSED),
        ("account.delete", ["PLAYER"], REFUSED),
        ("bulk.cancel", ["job"], False),
        ("bulk.list", [["job"]], []),
    ],
)
async def test_what_is_another_stages_is_not_there(
    stage: Stage,
    add_player: Callable[..., Player],
    operation: str,
    arguments: list[Any],
    expected: Any,
) -> None:
    theirs = add_player("theirs", stage=stage.game.stage("live"))
    await database.run(make_theirs, theirs)
    host, before = await host_of(stage), await database.run(kept)
    given = [_named(each, theirs.pk) for each in arguments]
    try:
        answer = await ask(host, operation, *given)
    except Refused:
        answer = REFUSED
    assert answer == expected
    assert await database.run(kept) == before
    assert host.caller.run.deliveries == []


def _named(argument: Any, player_id: str) -> Any:
    if isinstance(argument, list):
        return [_named(each, player_id) for each in argument]
    return player_id if argument == "PLAYER" else argument
