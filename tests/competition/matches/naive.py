"""Matchmaking by the letter of competition-rules.md §8.2 and §8.3, as slowly as it can be written.

It shares nothing with the product: parties are dicts, every search looks at everybody, time goes on in ticks.
"""

from typing import Any

Party = dict[str, Any]


class Naive:
    """`thresholds` are (end, kind, low, high); the one at `accept_from` accepts the minimum of players."""

    def __init__(
        self,
        least: int,
        most: int,
        thresholds: list[tuple[int, str, float, float]],
        accept_from: int | None,
        manual: bool = False,
        drop_in: bool = False,
        expire: int = 0,
    ) -> None:
        self.least, self.most, self.thresholds, self.accept_from = least, most, thresholds, accept_from
        self.manual, self.drop_in, self.expire = manual, drop_in, expire
        self.pending: list[Party] = []
        self.open: list[Party] = []
        self.told: list[tuple[Any, ...]] = []
        self.lost: set[str] = set()
        self.matches = 0
        self.now = -1

    # --- what happens ----------------------------------------------------------------------------------

    def advance(self, until: int, requests: list[dict[str, Any]]) -> None:
        """Requests: player, skill, at, country, wants (countries, or None)."""
        for tick in range(self.now + 1, until + 1):
            self.now = tick
            come = [
                {"id": f"pm-{request['player']}", "members": [request], "open": False}
                for request in requests
                if request["at"] == tick
            ]
            self.pending += come
            due = [party for party in self.pending if party in come or self.changes_now(party)]
            self.look(sorted(due, key=self.age))

    def changes_now(self, party: Party) -> bool:
        waited = self.now - self.clock(party)
        return waited in [end for end, *_ in self.thresholds]

    def cancel(self, player: str) -> bool:
        for party in self.pending:
            if player in self.names(party):
                party["members"] = [each for each in party["members"] if each["player"] != player]
                if party["members"]:
                    self.told.append(("updated", self.names(party), [], [player]))
                    self.lost.add(party["id"])
                else:
                    self.pending.remove(party)
                return True
        return False

    def search_of_those_who_lost(self) -> None:
        """A member went at this very moment: what is left searches."""
        due = [party for party in self.pending if party["id"] in self.lost]
        self.lost.clear()
        self.look(sorted(due, key=self.age))

    def look(self, due: list[Party]) -> None:
        for party in list(due):
            self.drop_ended(party)
        for party in due:
            if party in self.pending:
                self.search(party)

    def drop_ended(self, party: Party) -> None:
        end = self.thresholds[-1][0]
        ended = [each for each in party["members"] if self.now - each["at"] >= end]
        if not ended:
            return
        party["members"] = [each for each in party["members"] if each not in ended]
        gone = [each["player"] for each in ended]
        self.told.append(("not found", gone))
        if party["members"]:
            self.told.append(("updated", self.names(party), [], gone))
        else:
            self.pending.remove(party)

    # --- searching -------------------------------------------------------------------------------------

    def search(self, party: Party) -> None:
        joins = []
        while not self.manual:
            fitting = [other for other in self.open if self.fit(party, other)]
            fitting = fitting or [
                other for other in self.pending if other is not party and self.fit(party, other)
            ]
            if not fitting:
                break
            distance = {id(other): abs(self.skill(other) - self.skill(party)) for other in fitting}
            other = min(fitting, key=lambda each: (distance[id(each)], *self.age(each)))
            self.pending.remove(party)
            if other["open"]:
                self.take_in(other, party)
                return
            added = self.smaller(party, other)
            other["members"] = sorted(
                other["members"] + party["members"], key=lambda each: (each["at"], each["player"])
            )
            joins.append(("updated", self.names(other), added, []))
            party = other
        if self.complete(party):
            self.pending.remove(party)
            self.found(party)
        else:
            self.told += joins

    def smaller(self, one: Party, other: Party) -> list[str]:
        older, younger = sorted((one, other), key=self.age)
        return self.names(older if len(older["members"]) < len(younger["members"]) else younger)

    def complete(self, party: Party) -> bool:
        size = len(party["members"])
        if size == self.most:
            return True
        place = self.place(party)
        return self.accept_from is not None and place >= self.accept_from and size >= self.least

    def found(self, party: Party) -> None:
        self.matches += 1
        for number, member in enumerate(party["members"], 1):
            member["peer"] = number
        self.told.append(("found", self.names(party), self.names(party), self.peers(party)))
        if self.drop_in:
            match = {"id": f"match-{self.matches}", "members": party["members"], "open": True}
            match["closes"] = self.now + self.expire if self.expire else None
            self.open.append(match)

    def take_in(self, match: Party, party: Party) -> None:
        for member in party["members"]:
            used = {each["peer"] for each in match["members"]}
            member["peer"] = min(set(range(1, 1000)) - used)
            match["members"] = [*match["members"], member]
        new = self.names(party)
        self.told.append(("found", self.names(match), new, self.peers(match)))
        self.told.append(("updated", self.names(match), new, []))

    # --- who fits --------------------------------------------------------------------------------------

    def fit(self, one: Party, other: Party) -> bool:
        if other["open"] and other["closes"] is not None and other["closes"] <= self.now:
            return False
        return (
            len(one["members"]) + len(other["members"]) <= self.most
            and self.accepts(one, other)
            and self.accepts(other, one)
        )

    def accepts(self, one: Party, other: Party) -> bool:
        _, kind, low, high = self.thresholds[self.place(one)]
        own, theirs = self.skill(one), self.skill(other)
        if kind == "absolute":
            fits = low <= theirs <= high
        elif kind == "relative":
            fits = own - low <= theirs <= own + high
        else:
            fits = own - abs(own) * low / 100 <= theirs <= own + abs(own) * high / 100
        countries = {member["country"] for member in other["members"]}
        wanted = [member["wants"] for member in one["members"] if member["wants"] is not None]
        return fits and all(countries & set(wants) for wants in wanted)

    def place(self, party: Party) -> int:
        last = len(self.thresholds) - 1
        if party["open"]:
            return last
        waited = self.now - self.clock(party)
        return min([place for place, (end, *_) in enumerate(self.thresholds) if waited < end] + [last])

    @staticmethod
    def names(party: Party) -> list[str]:
        return [member["player"] for member in party["members"]]

    @staticmethod
    def peers(party: Party) -> list[int]:
        return [member["peer"] for member in party["members"]]

    @staticmethod
    def clock(party: Party) -> int:
        return min(member["at"] for member in party["members"])

    @classmethod
    def age(cls, party: Party) -> tuple[int, str]:
        return cls.clock(party), party["id"]

    @staticmethod
    def skill(party: Party) -> float:
        return sum(member["skill"] for member in party["members"]) / len(party["members"])
