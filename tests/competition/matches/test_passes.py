"""Passes against a naive simulation of the same rules, and the ends of the rules that are worth a name."""

import itertools
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competition.matches.outcomes import Found, NotFound, Outcome
from competition.matches.parties import Member, party, without
from competition.matches.passes import Pass, Waiter
from competition.matches.queries import read_query
from competition.matches.types import MatchType, Threshold
from tests.competition.matches.naive import Naive

COUNTRIES = ["UK", "US", "FR"]


def told(outcomes: Iterable[Outcome]) -> list[tuple[Any, ...]]:
    """In the naive simulation's words."""
    found = []
    for each in outcomes:
        if isinstance(each, Found):
            peers = [member.peer_id for member in each.match.members]
            new = [member.player_id for member in each.newcomers]
            found.append(("found", list(each.match.player_ids), new, peers))
        elif isinstance(each, NotFound):
            found.append(("not found", [member.player_id for member in each.members]))
        else:
            found.append(("updated", list(each.party.player_ids), list(each.added), list(each.removed)))
    return found


class Pool:
    """Passes one after another, each going on with what the last one left."""

    def __init__(self, type_: MatchType) -> None:
        self.type = type_
        self.waiters: list[Waiter] = []
        self.told: list[tuple[Any, ...]] = []
        self.done = 0
        self._numbers = itertools.count(1)

    def ask(self, request: dict[str, Any]) -> None:
        wants = request["wants"]
        query = None if wants is None else read_query({"players.participantData.country": {"$in": wants}})
        member = Member(
            asked_id=request["player"],
            player_id=request["player"],
            skill=request["skill"],
            since_ms=request["at"],
            participant_data={"country": request["country"]},
            query=query,
        )
        self.waiters.append(Waiter(party(f"pm-{member.player_id}", [member]), request["at"]))

    def bring(self, until: int) -> None:
        done = Pass(self.type, self.done, lambda: f"match-{next(self._numbers)}")
        done.run(self.waiters, until)
        self.told += told(done.outcomes)
        self.waiters = [Waiter(one, done.due.get(id)) for id, one in done.left.items()]
        self.done = until

    def cancel(self, player: str, now: int) -> None:
        for place, each in enumerate(self.waiters):
            if player in each.party.player_ids and not each.party.is_open:
                rest = without(each.party, [player])
                self.waiters[place : place + 1] = [Waiter(rest, now)] if rest else []
                if rest:
                    self.told.append(("updated", list(rest.player_ids), [], [player]))


@st.composite
def thresholds(draw: st.DrawFn) -> list[tuple[int, str, float, float]]:
    ends = sorted(draw(st.sets(st.integers(1, 12), min_size=1, max_size=3)))
    made = []
    for end in ends:
        kind = draw(st.sampled_from(["absolute", "relative", "percent"]))
        if kind == "absolute":
            low, width = draw(st.integers(-2, 4)), draw(st.integers(0, 8))
            made.append((end, kind, float(low), float(low + width)))
        else:
            widths = st.sampled_from([0, 25, 50, 100, 150] if kind == "percent" else [-1, 0, 1, 2, 6])
            made.append((end, kind, float(draw(widths)), float(draw(widths))))
    return made


requests = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.integers(0, 12),
            "skill": st.integers(-2, 8).map(lambda half: half / 2),
            "country": st.sampled_from(COUNTRIES),
            "wants": st.sampled_from([None, None, None, ["UK"], ["UK", "US"], []]),
        }
    ),
    min_size=2,
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(
    limits=st.tuples(st.integers(2, 4), st.integers(0, 2)),
    steps=thresholds(),
    accepting=st.one_of(st.none(), st.integers(0, 2)),
    manual=st.sampled_from([False, False, False, True]),
    drop_in=st.booleans(),
    expire=st.sampled_from([0, 0, 5]),
    asked=requests,
    stops=st.sets(st.integers(0, 30), max_size=4),
    early=st.integers(0, 3),
    leaving=st.dictionaries(st.integers(0, 11), st.integers(0, 20), max_size=3),
)
def test_a_pass_does_what_the_rules_say(
    limits: tuple[int, int],
    steps: list[tuple[int, str, float, float]],
    accepting: int | None,
    manual: bool,
    drop_in: bool,
    expire: int,
    asked: list[dict[str, Any]],
    stops: set[int],
    early: int,
    leaving: dict[int, int],
) -> None:
    least, most = limits[0], limits[0] + limits[1]
    accept_from = None if accepting is None else min(accepting, len(steps) - 1)
    for number, each in enumerate(asked):
        each["player"] = f"p{number}"
    naive = Naive(least, most, steps, accept_from, manual, drop_in, expire)
    pool = Pool(
        MatchType(
            code="M",
            least=least,
            most=most,
            thresholds=tuple(Threshold(*step) for step in steps),
            accept_from=accept_from,
            manual=manual,
            drop_in=drop_in,
            expire_ms=expire,
        )
    )
    leaves = {f"p{number}": at for number, at in leaving.items()}
    before = -1
    for moment in sorted({*stops, *leaves.values(), 40}):
        for each in asked:
            if before < each["at"] <= moment + early:
                pool.ask(each)
        before = moment + early
        pool.bring(moment)
        naive.advance(moment, [dict(each) for each in asked])
        come = {each["player"] for each in asked if each["at"] <= moment}
        for player in sorted(come & {player for player, at in leaves.items() if at == moment}):
            naive.cancel(player)
            pool.cancel(player, moment)
        naive.search_of_those_who_lost()
        pool.bring(moment)
    assert pool.told == naive.told
    assert naive.pending == []


@pytest.mark.parametrize("skill", [3.0, 4.0, 5.0])
def test_of_two_alike_the_older_is_matched(skill: float) -> None:
    """Whether who searches stands below, beside or above them."""
    pool = Pool(MatchType("M", least=2, most=2, thresholds=(Threshold(40, "relative", 6.0, 6.0),)))
    for at, country, wants, own in ((0, "UK", ["US"], 4.0), (1, "UK", ["US"], 4.0), (2, "US", None, skill)):
        pool.ask({"player": f"p{at}", "at": at, "skill": own, "country": country, "wants": wants})
    pool.bring(2)
    assert pool.told == [("found", ["p0", "p2"], ["p0", "p2"], [1, 2])]
