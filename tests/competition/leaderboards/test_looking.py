"""What players see of a list, against a naive model: a sorted Python list that is filtered and cut."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competition.leaderboards import entries, folding, several
from competition.leaderboards.addressing import Addressed
from competition.leaderboards.circles import Asked, friends_asked_for
from competition.leaderboards.looking import Look, has_custom_ids
from competition.leaderboards.places import place, sort_key
from competition.leaderboards.types import BoardField, BoardType
from competition.leaderboards.views import Ranked
from competition.models import BoardEntry, BoardInstance, Team, TeamMember
from games.models import Stage
from players import friends
from players.models import Player

AddPlayer = Callable[..., Player]
PLAYERS = BoardType("HS", fields=(BoardField("S", "SCORE", "S", "S", sort="desc"),))
TEAMS = BoardType("TS", team_type="CLAN", fields=PLAYERS.fields)
LEVELS = BoardType("LS", fields=(*PLAYERS.fields, BoardField("LEVEL", "SCORE", "LEVEL", "LEVEL", group="id")))
EVERYBODY = Asked()


@pytest.fixture(autouse=True)
def small_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "BUCKET", 4)


def a_list(stage: Stage, board: BoardType) -> BoardInstance:
    return BoardInstance.objects.create(stage=stage, board=board.code, code=board.code)


def add(instance: BoardInstance, score: int, when: int, custom_id: str = "", **owner: Any) -> BoardEntry:
    there = place(sort_key([(score, True)]), when, f"{next(iter(owner.values())).pk}{custom_id}")
    values = {"S": score} | ({"LEVEL": int(custom_id)} if custom_id else {})
    entry = BoardEntry(
        instance=instance, place=there, values=values, when_ms=when, custom_id=custom_id, **owner
    )
    entries.add([entry])
    return entry


def look(instance: BoardInstance, board: BoardType, player: Player, asked: Asked = EVERYBODY) -> Look:
    at = Addressed(board, board.code, instance)
    return Look(instance.stage_id, player.pk, at, asked, friends_asked_for(player.pk, asked))


def ids(found: list[Ranked]) -> list[tuple[int, str | None]]:
    return [(each.rank, each.entry.player_id) for each in found]


@dataclass
class Naive:
    """The world as lists: who scored what and when, who is whose friend, who is in which team."""

    scores: dict[str, tuple[int, int]] = field(default_factory=dict)
    friends: dict[str, set[str]] = field(default_factory=dict)
    teams: dict[str, set[str]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)

    def seen(self, me: str, asked: Asked) -> list[tuple[int, str]]:
        best_first = sorted(self.scores, key=lambda each: (-self.scores[each][0], self.scores[each][1]))
        shown = [each for each in best_first if each == me or self._shows(each, me, asked)]
        return list(enumerate(shown, 1))

    def _shows(self, other: str, me: str, asked: Asked) -> bool:
        near = self.friends[me] if asked.friend_ids is None else set(asked.friend_ids)
        if asked.inverse and other in near:
            return False
        by_friends = not asked.inverse and (asked.social or asked.friend_ids is not None)
        if by_friends and other not in near:
            return False
        if asked.team_ids is None and asked.team_types is None:
            return True
        return any(
            other in members
            and (
                team in (asked.team_ids or ())
                or (me in members and self.types[team] in (asked.team_types or ()))
            )
            for team, members in self.teams.items()
        )


def grow(stage: Stage, add_player: AddPlayer, instance: BoardInstance, chance: random.Random) -> Naive:
    """A crowd of 40 with scores that are often equal, friends and teams; a few have no score."""
    people = [add_player(f"p{number}").pk for number in range(40)]
    naive = Naive(friends={each: set() for each in people})
    for when, player_id in enumerate(chance.sample(people, 36)):
        naive.scores[player_id] = (chance.randrange(9), when)
        add(instance, *naive.scores[player_id], player=Player.objects.get(pk=player_id))
        if chance.random() < 0.2:
            folding.fold(instance.pk)
    for player_id in chance.sample(people, 15):
        near = set(chance.sample(people, chance.randrange(8))) - {player_id}
        friends.link(player_id, near, friends.SERVER)
        naive.friends[player_id] |= near
        for other in near:
            naive.friends[other].add(player_id)
    for number in range(4):
        type_ = chance.choice(["CLAN", "TEAM"])
        team = Team.objects.create(stage=stage, team_id=f"t{number}", team_type=type_, owner_id=people[0])
        members = set(chance.sample(people, 7))
        TeamMember.objects.bulk_create(TeamMember(team=team, player_id=each) for each in members)
        naive.teams[team.team_id], naive.types[team.team_id] = members, type_
    return naive


def some_asked(chance: random.Random, people: list[str]) -> Iterator[Asked]:
    for _ in range(25):
        yield Asked(
            social=chance.random() < 0.4,
            inverse=chance.random() < 0.3,
            friend_ids=chance.sample(people, 5) if chance.random() < 0.3 else None,
            team_ids=chance.choice([None, None, [], ["t1"], ["t0", "t3", "unknown"]]),
            team_types=chance.choice([None, None, None, ["CLAN"], ["TEAM", "NONE"]]),
        )


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_asked_for_the_view_is_the_filtered_list(
    seed: int, stage: Stage, add_player: AddPlayer
) -> None:
    chance = random.Random(seed)
    instance = a_list(stage, PLAYERS)
    naive = grow(stage, add_player, instance, chance)
    people = sorted(naive.friends)
    for asked in [EVERYBODY, *some_asked(chance, people)]:
        me = Player.objects.get(pk=chance.choice(people))
        expected, seen = naive.seen(me.pk, asked), look(instance, PLAYERS, me, asked)
        number, offset = chance.randrange(1, 12), chance.randrange(40)
        assert ids(seen.page(100)) == expected, asked
        assert ids(seen.page(number, offset)) == expected[offset : offset + number], asked
        assert ids(seen.last(number)) == expected[-number:], asked
        own = next((rank for rank, each in expected if each == me.pk), None)
        around = [] if own is None else expected[max(0, own - 1 - number) : own + number]
        assert ids(seen.around_own(number)) == around, asked


def test_every_rank_is_found_while_moves_wait(stage: Stage, add_player: AddPlayer) -> None:
    instance, me = a_list(stage, LEVELS), add_player("me")
    for number in range(60):
        add(instance, number % 7, number, custom_id=str(number), player=me)
        if number % 13 == 0:
            folding.fold(instance.pk)
    entries.remove(BoardEntry.objects.filter(instance=instance, custom_id__in=["3", "10", "17", "59"]))
    standing = list(BoardEntry.objects.order_by("place").values_list("place", flat=True))
    seen = look(instance, LEVELS, me)
    for at in range(len(standing) + 2):
        assert [each.entry.place for each in seen.page(1, at)] == standing[at : at + 1]


@pytest.mark.parametrize(
    "asked",
    [EVERYBODY, Asked(social=True), Asked(inverse=True), Asked(team_types=["CLAN"])],
    ids=["whole", "friends", "inverse", "teams"],
)
def test_the_number_of_statements_does_not_grow(asked: Asked, stage: Stage, add_player: AddPlayer) -> None:
    instance, me = a_list(stage, PLAYERS), add_player("me")
    clan = Team.objects.create(stage=stage, team_id="clan", team_type="CLAN", owner=me)
    TeamMember.objects.create(team=clan, player=me)
    add(instance, 5, 0, player=me)

    def more(number: int) -> None:
        for each in range(number):
            other = add_player(f"other{number}.{each}")
            friends.link(me.pk, [other.pk], friends.SERVER)
            TeamMember.objects.create(team=clan, player=other)
            add(instance, each, number * 100 + each, player=other)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            seen = look(instance, PLAYERS, me, asked)
            assert seen.page(50)
            assert seen.around_own(50)
            assert seen.last(50)
        return len(captured)

    more(9)
    few = statements()
    more(30)
    folding.fold(instance.pk)
    assert statements() == few


def test_on_a_team_board_one_sees_the_teams_of_these_players(stage: Stage, add_player: AddPlayer) -> None:
    instance = a_list(stage, TEAMS)
    me, friend, stranger = add_player("me"), add_player("friend"), add_player("stranger")
    for score, (name, member) in enumerate([("mine", me), ("near", friend), ("far", stranger)]):
        team = Team.objects.create(stage=stage, team_id=name, team_type="CLAN", owner=member)
        TeamMember.objects.create(team=team, player=member)
        add(instance, score, score, team=team)
    other_type = Team.objects.create(stage=stage, team_id="other", team_type="TEAM", owner=me)
    TeamMember.objects.create(team=other_type, player=stranger)
    TeamMember.objects.create(team=other_type, player=me)
    friends.link(me.pk, [friend.pk], friends.SERVER)

    def names(asked: Asked) -> list[tuple[int, str]]:
        found = look(instance, TEAMS, me, asked).page(50)
        return [(each.rank, each.entry.team.team_id) for each in found if each.entry.team]

    assert names(EVERYBODY) == [(1, "far"), (2, "near"), (3, "mine")]
    assert names(Asked(social=True)) == [(1, "near"), (2, "mine")]
    assert names(Asked(inverse=True)) == [(1, "far"), (2, "mine")]
    assert names(Asked(team_ids=["far"])) == [(1, "far"), (2, "mine")]
    assert names(Asked(friend_ids=[stranger.pk])) == [(1, "far"), (2, "mine")]
    around = look(instance, TEAMS, me).around_own(1)
    assert [each.entry.team.team_id for each in around if each.entry.team] == ["near", "mine"]


def test_custom_ids_say_which_of_ones_own_entries_is_in_the_middle(
    stage: Stage, add_player: AddPlayer
) -> None:
    instance, me = a_list(stage, LEVELS), add_player("me")
    for level in range(9):
        add(instance, level, level, custom_id=str(level), player=me)

    def levels(wanted: dict[str, Any] | None) -> list[Any]:
        return [each.entry.values["LEVEL"] for each in look(instance, LEVELS, me).around_own(1, wanted)]

    assert levels(None) == [8, 7]
    assert levels({"LEVEL": 4}) == [5, 4, 3]
    assert levels({"LEVEL": 40}) == []
    assert levels({"S": 4}) == []


def test_only_fields_that_are_ids_tell_entries_apart() -> None:
    assert has_custom_ids(LEVELS, {"S": 1, "LEVEL": 2}, {})
    assert has_custom_ids(LEVELS, {"S": 1, "LEVEL": 2}, {"LEVEL": 2})
    assert not has_custom_ids(LEVELS, {"S": 1, "LEVEL": 2}, {"LEVEL": 2, "S": 1})


# --- Several lists at once ---------------------------------------------------------------------------------


def addressed(*lists: tuple[str, BoardType, BoardInstance | None]) -> dict[str, Addressed]:
    return {name: Addressed(board, name, instance) for name, board, instance in lists}


@pytest.mark.parametrize("seed", range(3))
def test_several_lists_show_what_each_shows_by_itself(
    seed: int, stage: Stage, add_player: AddPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    first, second = a_list(stage, PLAYERS), a_list(stage, LEVELS)
    of_teams = a_list(stage, TEAMS)
    naive = grow(stage, add_player, first, chance)
    people = sorted(naive.friends)
    for when, player_id in enumerate(chance.sample(people, 20)):
        player = Player.objects.get(pk=player_id)
        add(second, chance.randrange(9), when, custom_id=str(chance.randrange(3)), player=player)
    for when, team in enumerate(Team.objects.filter(team_type="CLAN")):
        add(of_teams, chance.randrange(9), when, team=team)
    lists = addressed(
        ("HS", PLAYERS, first),
        ("again", PLAYERS, first),
        ("LS", LEVELS, second),
        ("TS", TEAMS, of_teams),
        ("empty", PLAYERS, None),
    )
    for asked in some_asked(chance, people):
        monkeypatch.setattr(several, "MOST_SHOWN", chance.choice([3, 1000]))
        me = chance.choice(people)
        seen = several.seen_entries(stage.pk, me, lists, asked)
        friend_ids = friends_asked_for(me, asked)
        assert seen == {
            name: Look(stage.pk, me, at, asked, friend_ids).page(several.MOST_SHOWN)
            for name, at in lists.items()
        }, asked


@pytest.mark.parametrize(
    "asked",
    [Asked(social=True), Asked(inverse=True), Asked(team_types=["CLAN"]), Asked(inverse=True, friend_ids=[])],
    ids=["friends", "inverse", "teams", "everybody"],
)
def test_the_number_of_statements_does_not_grow_with_lists(
    asked: Asked, stage: Stage, add_player: AddPlayer
) -> None:
    me, friend = add_player("me"), add_player("friend")
    friends.link(me.pk, [friend.pk], friends.SERVER)
    team = Team.objects.create(stage=stage, team_id="clan", team_type="CLAN", owner=me)
    TeamMember.objects.create(team=team, player=me)

    def a_pair(number: int) -> list[tuple[str, BoardType, BoardInstance]]:
        pair = []
        for board, owner in ((PLAYERS, {"player": me}), (TEAMS, {"team": team})):
            code = f"{board.code}{number}"
            instance = BoardInstance.objects.create(stage=stage, board=board.code, code=code)
            add(instance, number, number, **owner)
            pair.append((code, board, instance))
        return pair

    def statements(lists: dict[str, Addressed]) -> int:
        with CaptureQueriesContext(connection) as captured:
            seen = several.seen_entries(stage.pk, me.pk, lists, asked)
        assert [len(found) for found in seen.values()] == [1] * len(lists)
        return len(captured)

    pairs = [each for number in range(3) for each in a_pair(number)]
    assert statements(addressed(*pairs)) == statements(addressed(*pairs[:2]))
