"""Makes SQL of conditions: one form, of the pieces that each database has for JSON."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from cloudcode.collections import distances, on_postgresql, on_sqlite
from cloudcode.collections.conditions import (
    Absent,
    Condition,
    Either,
    Element,
    Every,
    Field,
    Near,
    Present,
    Sized,
    Test,
    Without,
)
from cloudcode.collections.paths import Hop, Parts, hops
from cloudcode.collections.statements import TOO_COMPLEX
from cloudcode.sandbox.running import Refused
from realtime.sql import Sql, by_vendor

json: Any = by_vendor(sqlite=on_sqlite, postgresql=on_postgresql)

# Characters of a statement. 500 conditions of usual fields are 200,000; SQLite takes a second to read as many
# again, and looks at no clock meanwhile.
MOST_SIZE = 500_000

TRUE: Sql = ("1 = 1", [])
FALSE: Sql = ("1 = 0", [])

AtLeaf = Callable[[str, Hop], tuple[str, Sql]]  # of the last step: more for FROM, or "", and a condition


def compile_filter(condition: Condition, holder: str) -> Sql:
    """A condition of SQL about the document that `holder` names. It is true or false, never NULL."""
    return Compiler().sql(condition, holder, "")


class Compiler:
    """One statement, whose aliases are numbered."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._size = 0

    def sql(self, condition: Condition, holder: str, alias: str) -> Sql:
        """About the object `holder`, or, inside an $elemMatch of values, about what `alias` stands for."""
        if isinstance(condition, Every):
            return joined(" AND ", [self.sql(part, holder, alias) for part in condition.parts], TRUE)
        if isinstance(condition, Either):
            return joined(" OR ", [self.sql(part, holder, alias) for part in condition.parts], FALSE)
        if isinstance(condition, Without):
            text, values = self.sql(condition.part, holder, alias)
            return f"NOT ({text})", values
        if isinstance(condition, Field):
            return self._field(holder, condition)
        if isinstance(condition, Present):
            return self._reached(holder, condition.parts, _is_there)
        if isinstance(condition, Absent):
            return self._absent(holder, condition.parts)
        if isinstance(condition, Sized):
            size = condition.size
            return self._reached(
                holder, condition.parts, lambda at, hop: ("", (json.sized(at, hop, size), []))
            )
        if isinstance(condition, Element):
            return self._element(holder, alias, condition)
        if isinstance(condition, Near):
            return self._near(holder, condition)
        tested: Sql = json.test(alias, condition)
        return tested

    def alias(self) -> str:
        return f"v{next(self._numbers)}"

    def _field(self, holder: str, condition: Field) -> Sql:
        test: Test = condition.test

        def leaf(at: str, hop: Hop) -> tuple[str, Sql]:
            alias = self.alias()
            return json.leaves(at, hop, alias), json.test(alias, test)

        return self._reached(holder, condition.parts, leaf)

    def _element(self, holder: str, alias: str, condition: Element) -> Sql:
        def found(inner: str) -> Sql:
            if not condition.of_objects:
                return self.sql(condition.condition, holder, inner)
            is_object, value = json.element_object(inner)
            return joined(" AND ", [(is_object, []), self.sql(condition.condition, value, inner)], TRUE)

        def leaf(at: str, hop: Hop) -> tuple[str, Sql]:
            inner = self.alias()
            return json.elements(at, hop, inner), found(inner)

        if condition.parts is not None:
            return self._reached(holder, condition.parts, leaf)
        inner = self.alias()
        return exists([json.inner_elements(alias, inner)], [found(inner)])

    def _near(self, holder: str, condition: Near) -> Sql:
        def leaf(at: str, hop: Hop) -> tuple[str, Sql]:
            metres, values = distances.metres(at, hop, condition)
            return "", (
                f"COALESCE({metres} BETWEEN %s AND %s, FALSE)",
                [*values, condition.least, condition.most],
            )

        return self._reached(holder, condition.parts, leaf)

    def _reached(self, holder: str, parts: Parts, leaf: AtLeaf) -> Sql:
        """The leaf's condition holds for one of the ways to read the path."""
        return self._counted(joined(" OR ", [self._way(holder, way, leaf) for way in hops(parts)], FALSE))

    def _way(self, holder: str, way: Sequence[Hop], leaf: AtLeaf) -> Sql:
        sources, conditions, holder = self.steps(holder, way[:-1])
        source, condition = leaf(holder, way[-1])
        sources += [source] if source else []
        return exists(sources, [*conditions, condition]) if sources else condition

    def steps(self, holder: str, way: Sequence[Hop]) -> tuple[list[str], list[Sql], str]:
        """To the objects that the steps lead to: for FROM, for WHERE, and how each is named."""
        sources: list[str] = []
        conditions: list[Sql] = []
        for hop in way:
            source, where, holder = json.objects(holder, hop, self.alias())
            sources.append(source)
            conditions.append((where, []))
        return sources, conditions, holder

    def _absent(self, holder: str, parts: Parts) -> Sql:
        """Some object on the way lacks the next part, or has a value there that holds nothing more."""
        found: list[Sql] = []
        for way in hops(parts):
            for last in range(len(way)):
                sources, conditions, at = self.steps(holder, way[:last])
                here: list[Sql] = []
                if not way[last][1]:  # behind an array's end nothing is missing
                    here.append((json.is_missing(at, way[last]), []))
                if last < len(way) - 1:
                    here.append((f"COALESCE({json.is_scalar(at, way[last])}, FALSE)", []))
                conditions.append(joined(" OR ", here, FALSE))
                found.append(exists(sources, conditions) if sources else conditions[-1])
        return self._counted(joined(" OR ", found, FALSE))

    def _counted(self, made: Sql) -> Sql:
        self._size += len(made[0])
        if self._size > MOST_SIZE:
            raise Refused(TOO_COMPLEX)
        return made


def _is_there(at: str, hop: Hop) -> tuple[str, Sql]:
    return "", (f"NOT ({json.is_missing(at, hop)})", [])


def exists(sources: Sequence[str], conditions: Sequence[Sql]) -> Sql:
    text, values = joined(" AND ", conditions, TRUE)
    return f"EXISTS (SELECT 1 FROM {', '.join(sources)} WHERE {text})", values


def joined(word: str, parts: Sequence[Sql], empty: Sql) -> Sql:
    if not parts:
        return empty
    if len(parts) == 1:
        return parts[0]
    return f"({word.join(text for text, _ in parts)})", [value for _, values in parts for value in values]
