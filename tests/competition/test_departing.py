"""Players who are banned or deleted, by whichever road, leave nothing and nobody stuck."""

import json
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from competition import teams
from competition.challenges import departing as departing_challenges
from competition.matches import asking
from competition.matches.asking import Wish
from competition.matches.bringing import bring, due_pools
from competition.matches.moment import now_ms
from competition.matches.pools import PoolName
from competition.models import BoardEntry, Challenge, Match, PendingMatch, Team, WaitingPlayer
from competition.team_types import TeamType
from games.config_store import configs
from games.models import Stage
from games.sections import all_sections
from messaging.models import PlayerMessage
from players import friends
from players.models import Friendship, Player
from players.sessions import set_banned
from protocol.run import Run
from tests.competition.at_once import at_once
from tests.competition.challenges import conftest as challenges
from tests.competition.challenges.table import Table
from tests.competition.matches.conftest import MATCH_TYPES

pytestmark = pytest.mark.django_db

Delete = Callable[[list[Player]], Any]
BY_TEAM = {
    "shortCode": "BY_TEAM",
    "event": "SCORE",
    "teamType": "CLAN",
    "collectors": [{"attribute": "S", "calculation": "sum"}],
}
TEAMS = {
    "shortCode": "TEAMS",
    "teamType": "CLAN",
    "fields": [{"runningTotal": "BY_TEAM", "collector": "S", "calculation": "sum", "sort": "desc"}],
}
SECTIONS: dict[str, Any] = {
    "events": challenges.EVENTS,
    "runningTotals": [BY_TEAM],
    "leaderboards": [*challenges.BOARDS, TEAMS],
    "achievements": challenges.ACHIEVEMENTS,
    "challenges": challenges.TYPES,
    "matches": MATCH_TYPES,
}


@pytest.fixture
def table(stage: Stage, add_player: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Table:
    """Five players of a stage with everything that one can take part in."""
    for section in all_sections():
        if section.name in SECTIONS:
            section.apply(stage.game, SECTIONS[section.name], None)
    configs.clear()
    table = Table(stage, add_player).stop_clock(monkeypatch)
    table.sit("Ana", "Bo", "Cy", "Di", "Ed")
    return table


def one_by_one(players: list[Player]) -> None:
    for player in players:
        Player.objects.get(pk=player.pk).delete()


def by_query(players: list[Player]) -> None:
    Player.objects.filter(pk__in=[player.pk for player in players]).delete()


ROADS = pytest.mark.parametrize("delete", [one_by_one, by_query])


def ask(player: Player, code: str) -> None:
    with transaction.atomic():
        asking.ask(PoolName(player.stage_id, code), player.pk, Wish(5), Run(), "MatchmakingRequest")


def bring_all(after_ms: int = 0) -> None:
    for pool_id in due_pools(now_ms() + after_ms):
        assert bring(pool_id, now_ms() + after_ms) is not None


def removed(player: Player) -> list[tuple[str, list[str]]]:
    """What the player heard of matches: classes, and who was removed."""
    rows = PlayerMessage.objects.filter(player=player, message__message_class__startswith="Match")
    documents = [json.loads(row.document) for row in rows.order_by("created_ms", "id")]
    return [(each["@class"], each.get("removedPlayers", [])) for each in documents]


@ROADS
def test_a_challenge_goes_on_without_those_who_are_deleted(table: Table, delete: Delete) -> None:
    table.create("Ana", invite=["Bo", "Cy", "Di"])
    table.accept("Bo")
    table.heard()
    delete([table.players["Cy"], table.players["Di"]])
    assert table.state == "RUNNING"
    heard = table.heard()
    assert (heard.count(("Declined", ["Ana", "Bo"])), heard[-1]) == (2, ("Started", ["Ana", "Bo"]))


@ROADS
def test_who_waits_for_a_turn_or_an_answer_waits_no_longer(table: Table, delete: Delete) -> None:
    in_turns = table.create("Ana", "TURNS", invite=["Bo", "Cy"])
    table.accept("Bo")
    table.accept("Cy")
    asked = table.create("Ana", invite=["Bo"])
    bo = table.players["Bo"].pk
    table.heard()
    delete([table.players["Ana"]])
    states = dict(Challenge.objects.values_list("pk", "state"))
    assert states == {in_turns: "RUNNING", asked: "WITHDRAWN"}
    assert Challenge.objects.get(pk=in_turns).next_player == bo
    assert table.heard() == [("Withdrawn", ["Bo"])]


@ROADS
def test_the_last_turn_that_was_waited_for_ends_a_challenge(table: Table, delete: Delete) -> None:
    table.create("Ana", "TRIES", invite=["Bo", "Cy"], maxAttempts=1, endTime=10_000)
    table.accept("Bo")
    table.accept("Cy")
    table.log("Ana", "MOVE")
    table.log("Bo", "MOVE")
    table.heard()
    delete([table.players["Cy"]])
    assert (table.state, table.row.ended_by) == ("COMPLETE", "turns used")
    assert table.heard() == [("Drawn", ["Ana", "Bo"])]


def test_a_wager_goes_back_to_those_who_are_left(table: Table) -> None:
    for name in ("Ana", "Bo"):
        table.give(name, {1: 10})
    table.create("Ana", "PLAIN", invite=["Bo"], currency1Wager=10)
    table.accept("Bo")
    assert table.purse("Ana") == (0, 10)
    table.players["Bo"].delete()
    assert (table.state, table.purse("Ana")) == ("COMPLETE", (10, 0))


def test_a_challenge_that_cannot_go_on_holds_up_no_deletion(
    table: Table, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The worker goes on with it, without whoever is deleted."""
    table.create("Ana", "TURNS", invite=["Bo", "Cy"])
    table.accept("Bo")
    table.accept("Cy")
    bo = table.players["Bo"].pk

    def broken(*arguments: Any) -> None:
        raise ValueError("broken")

    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
        patched.setattr(departing_challenges.leaving, "leave", broken)
        table.players["Ana"].delete()
    assert "go on without being told who is deleted" in caplog.text
    assert (Player.objects.count(), table.row.due_ms) == (4, 0)
    table.look()
    assert (table.state, table.row.next_player) == ("RUNNING", bo)


@ROADS
def test_who_waits_for_a_match_or_plays_one_is_missed(table: Table, delete: Delete) -> None:
    ana, bo, cy = (table.players[name] for name in ("Ana", "Bo", "Cy"))
    for code in ("FOUR", "OPEN"):
        for player in (ana, bo):
            ask(player, code)
    bring_all()
    ask(cy, "OPEN")
    bring_all()
    PlayerMessage.objects.all().delete()
    gone = bo.pk
    delete([bo])
    assert removed(ana) == [(".MatchUpdatedMessage", [gone])]  # of the open match, at once
    bring_all()
    assert removed(ana) == [(".MatchUpdatedMessage", [gone])] * 2
    assert removed(cy) == [(".MatchUpdatedMessage", [gone])]
    ask(table.players["Di"], "OPEN")
    bring_all()
    (match,) = Match.objects.all()
    names = match.participants.order_by("peer_id").values_list("player__display_name", flat=True)
    assert list(names) == ["Ana", "Di", "Cy"]


def test_a_match_goes_with_the_last_who_plays_it(table: Table) -> None:
    players = [table.players["Ana"], table.players["Bo"]]
    for player in players:
        ask(player, "OPEN")
    bring_all()
    by_query(players)
    assert (Match.objects.count(), PlayerMessage.objects.count()) == (0, 0)


def test_who_is_banned_is_out_of_an_open_match_at_once(table: Table) -> None:
    ana, bo = table.players["Ana"], table.players["Bo"]
    for player in (ana, bo):
        ask(player, "OPEN")
    bring_all()
    PlayerMessage.objects.all().delete()
    set_banned(bo, True, None)
    assert removed(ana) == [(".MatchUpdatedMessage", [bo.pk])]


@ROADS
def test_a_team_ends_with_its_owner_and_so_do_its_friendships(table: Table, delete: Delete) -> None:
    ana, bo, cy, di = (table.players[name] for name in ("Ana", "Bo", "Cy", "Di"))
    clan = TeamType("CLAN", social=True, extended_social=True)
    mine, other = (teams.make(clan, player, "A team", player.pk) for player in (ana, di))
    for player in (bo, cy):
        teams.join(mine, player.pk)
    teams.join(other, bo.pk)
    friends.link(bo.pk, [cy.pk], friends.INVITE)
    table.play("Bo", "SCORE", S=5)
    assert BoardEntry.objects.filter(instance__board="TEAMS").count() == 2
    delete([ana])
    assert list(Team.objects.all()) == [other]
    left = Friendship.objects.order_by("player__display_name").values_list(
        "player__display_name", "friend__display_name", "source"
    )
    of_other = friends.team(str(other.pk))
    assert set(left) == {
        ("Bo", "Cy", friends.INVITE),
        ("Cy", "Bo", friends.INVITE),
        ("Bo", "Di", of_other),
        ("Di", "Bo", of_other),
    }
    entries = BoardEntry.objects.filter(instance__board="TEAMS")
    assert list(entries.values_list("team", flat=True)) == [other.pk]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_who_asks_for_a_match_and_is_banned_does_not_wait_in_a_circle(table: Table) -> None:
    """Asking holds the player and then the pool; so does a ban."""
    ana = table.players["Ana"]
    ask(ana, "PAIR")
    calls = [partial(ask, ana, "PAIR"), partial(set_banned, ana, True, None)] * 20
    assert at_once(*[partial(_nothing, call) for call in calls]) == [None] * 40


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_players_are_deleted_by_many_while_others_play(
    table: Table, add_player: Callable[..., Player]
) -> None:
    """Several queries that delete the same players, in other orders, beside posts and passes."""
    clan = TeamType("CLAN", social=True, extended_social=True)
    crowd = [add_player(f"p{number}") for number in range(8)]
    table.players |= {player.display_name: player for player in crowd}
    for number, player in enumerate(crowd):
        team = teams.make(clan, player, "A team", player.pk)
        for other in ("Ana", "Bo", crowd[number - 1].display_name):
            with transaction.atomic():
                teams.join(team, table.players[other].pk)
        ask(player, "FOUR")
        table.create("Ana", "GLOBAL", invite=["Bo", player.display_name])
        for name in ("Bo", player.display_name):
            table.accept(name)
    ids = [player.pk for player in crowd]

    def delete(some: list[str]) -> None:
        Player.objects.filter(pk__in=some).order_by("-pk").delete()

    def play(name: str) -> None:
        table.play(name, "SCORE", S=1)

    calls = [
        partial(delete, ids[:5]),
        partial(delete, ids[::-1]),
        partial(delete, ids[3:]),
        *[partial(play, name) for name in ("Ana", "Bo")] * 6,
        *[bring_quietly] * 4,
    ]
    assert at_once(*[partial(_nothing, call) for call in calls]) == [None] * len(calls)
    assert Player.objects.count() == 5
    table.look()
    assert set(Challenge.objects.values_list("state", flat=True)) == {"RUNNING"}
    bring_all(1)
    assert (PendingMatch.objects.count(), WaitingPlayer.objects.count(), Team.objects.count()) == (0, 0, 0)


def bring_quietly() -> None:
    for pool_id in due_pools(now_ms()):
        bring(pool_id, now_ms())


def _nothing(call: Callable[[], Any]) -> None:
    call()
