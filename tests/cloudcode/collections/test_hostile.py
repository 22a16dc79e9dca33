"""Scripts that make the database, or the server beside it, work without end: each call ends at a limit."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from cloudcode.collections import effort, finding
from cloudcode.models import CollectionIndex, Document
from cloudcode.sandbox.running import Outcome
from realtime import database
from realtime.sql import by_vendor
from tests.cloudcode.conftest import Ended
from tests.pace import slowness

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.django_db(transaction=True)

TIMEOUT = "TIMEOUT"
NOTHING = "nothing"
LIMIT = 1.0  # seconds that an endless script has
TOO_LONG = "the query took too long: ensureIndex makes it quick"
TOO_MUCH = "more than 16 MB of documents at once"
SPARE = 2.0  # seconds, of a busy machine

SEVERAL = "var c = Spark.runtimeCollection('c'), i = 0;\n"
LARGE = "var long = new Array(900001).join('a'); for (i = 0; i < 20; i++) c.insert({_id: i, t: long});"
DIFFERENT = "var long = new Array(400001).join('a'); for (i = 0; i < 4; i++) c.insert({_id: i, t: i + long});"
# On SQLite each document takes it a while, none so long that it alone were too much. PostgreSQL is quick.
SLOW = "(.*a){12}b"
SLOWLY = by_vendor(sqlite=TOO_LONG, postgresql=f"{TOO_LONG} | {NOTHING}")
NUMBERS = "var list = []; for (i = 0; i < 20000; i++) list.push(i);"
LIST = f"{NUMBERS} c.insert({{_id: 1, list: list}});"
MANY = "var some = []; for (i = 0; i < 300; i++) some.push({n: i, t: 'a'}); c.insert(some);"


@dataclass(frozen=True, slots=True)
class Bomb:
    """`ends`: TIMEOUT, or the exception's sentence; `within` seconds, without what was set up before."""

    text: str
    ends: str  # of several that are right, which differ by the machine's speed, each after " | "
    before: str = ""
    within: float = LIMIT


def several(ends: str, *texts: str, before: str = "", within: float = LIMIT) -> list[Bomb]:
    return [Bomb(text, ends, before, within) for text in texts]


def one(text: str, ends: str, before: str = "", within: float = LIMIT) -> list[Bomb]:
    return [Bomb(text, ends, before, within)]


BOMBS: "dict[str, Sequence[Bomb]]" = {
    "documents": [
        *one("c.insert({t: new Array(1.1e6).join('x')});", "the document is larger than 1024 KB"),
        *one(
            "c.insert({_id: 1}); for (;;) c.update({_id: 1}, {$push: {a: new Array(1e5).join('x')}});",
            "the document is larger than 1024 KB",
            within=5,
        ),
        *one(
            "c.insert({_id: 1, a: []}); for (i = 9999; ; i += 9999) {"
            " var o = {}; o['a.' + i] = 1; c.update({_id: 1}, {$set: o}); }",
            "there is no object to put a.109989 into",
            within=20,
        ),
        *one(
            "var d = {}, e = d; for (i = 0; i < 1e4; i++) e = e.a = {}; c.insert(d);",
            "RangeError: Maximum call stack size exceeded",
        ),
        *one("c.insert({_id: new Array(1000).join('x')});", "_id is longer than 250 characters"),
    ],
    "queries": [
        *one(
            "var q = {a: 1}; for (i = 0; i < 30; i++) q = {$and: [q]}; c.find(q).hasNext();",
            "the query is nested deeper than 20 levels",
        ),
        *one(
            "var q = []; for (i = 0; i < 5000; i++) q.push({a: i}); c.find({$or: q}).hasNext();",
            "more than 500 conditions in one query",
        ),
        *one(
            "var q = []; for (i = 0; i < 501; i++) q.push(i); c.find({a: {$all: q}}).hasNext();",
            "more than 500 conditions in one query",
        ),
        *one(
            "var q = []; for (i = 0; i < 10001; i++) q.push(i); c.find({a: {$in: q}}).hasNext();",
            "$in and $nin need a list, of 10000 values at most",
        ),
        *one("c.find({'a.1.2.3.4': 1}).hasNext();", "more than 3 numbers in one path", MANY),
        *one("c.find().skip(1e9).hasNext();", "limit and skip are whole numbers"),
        *one(
            "var q = {}; for (i = 0; i < 490; i++) q['a' + i + '.b.0.c.0.d.0.e'] = {$exists: false};"
            " c.find({$or: [q, {$nor: [q]}]}).hasNext();",
            "more than 500 conditions in one query",
        ),
        *one(
            "var q = []; for (i = 0; i < 160; i++) { var o = {}; o['n' + i + '.b.0.c.0.d.0.e'] = null;"
            " q.push(o); } c.find({$nor: q}).hasNext();",
            "the query is too complex",
            MANY,
            within=effort.SECONDS + SPARE,
        ),
    ],
    "finds": [
        *several(
            TIMEOUT,
            "for (;;) c.find().toArray();",
            "for (;;) c.find({n: {$gt: Math.random()}}).sort({t: -1}).limit(200).toArray();",
            "for (;;) c.count({n: i++});",
            "for (;;) c.findOne({n: -1});",
            "for (;;) c.distinct('n');",
            "for (;;) Spark.systemCollection('player').find({online: true}).toArray();",
            before=MANY,
        ),
        *one("c.find().sort({n: 1}).toArray();", "more than 200 documents to sort: use limit", MANY),
        *one("c.distinct('t');", "more than 1024 KB of different values", DIFFERENT, 5),
    ],
    "patterns": [
        *several(
            SLOWLY,
            f"c.count({{t: {{$regex: '{SLOW}'}}}});",
            before=LARGE,
            within=effort.SECONDS + SPARE,
        ),
        *one(
            "c.count({t: {$regex: new Array(1002).join('a')}});",
            "$regex needs a text of 1000 characters at most",
        ),
        *one(
            "c.count({t: {$regex: new Array(300).join('(') + new Array(300).join(')*')}});",
            "$regex: nested too deep",
        ),
        *one(
            "var q = []; for (i = 0; i < 501; i++) q.push(/x/); c.count({t: {$in: q}});",
            "more than 500 regular expressions in one list",
        ),
        *one(
            "var q = [], long = new Array(900).join('(?:ab|c)').slice(0, 900);"
            " long = long.slice(0, long.lastIndexOf(')') + 1);"
            " for (i = 0; i < 240; i++) q.push({t: {$regex: long + i}}); c.count({$or: q});",
            f"{TOO_LONG} | {NOTHING}",
            within=effort.SECONDS + SPARE,
        ),
        *one(
            "c.aggregate({$limit: 300}, {$match: {n: {$gte: 0}}}, {$sort: {n: 1}}, {$project: {t: {$concat: ["
            "'$t', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab']}}},"
            " {$match: {t: {$regex: '^(a|aa)+$'}}});",
            "a regular expression took too long",
            MANY,
            within=effort.SECONDS + SPARE,
        ),
    ],
    "aggregations": [
        *one(
            "var stages = [{$limit: 1}]; for (i = 0; i < 18; i++) stages.push({$project: {a: {$concat: ["
            "'$a', '$a', '$a', '$a']}}}); c.insert({a: new Array(1001).join('x')}); c.aggregate(stages);",
            TOO_MUCH,
        ),
        *one(
            "var stages = [{$limit: 1}]; for (i = 0; i < 18; i++) stages.push({$project: {a: ["
            "'$a', '$a', '$a', '$a']}}); c.insert({a: new Array(1001).join('x')}); c.aggregate(stages);",
            TOO_MUCH,
            within=5,
        ),
        *one(
            "c.aggregate({$limit: 1}, {$unwind: '$list'}, {$project: {n: '$list'}});",
            "$unwind leaves more than 10000 documents",
            LIST,
        ),
        *one(
            "var list = []; for (i = 0; i < 30; i++) list.push(i); c.update({_id: 0}, {$set: {list: list}});"
            " c.aggregate({$match: {_id: 0}}, {$unwind: '$list'});",
            TOO_MUCH,
            LARGE,
            within=5,
        ),
        *one("c.aggregate({$sort: {_id: 1}}, {$project: {n: {$concat: ['$t', 'x']}}});", TOO_MUCH, LARGE),
        *one(
            "var q = []; for (i = 0; i < 5000; i++) q.push('$n'); c.aggregate({$match: {n: 299}}, {$project:"
            " {n: {$multiply: q}}});",
            "a number is none, or too large",
            MANY,
        ),
        *one(
            "c.aggregate({$project: {t: {$concat: ['$t', '$t']}}}, {$project: {t: ['$t', '$t']}}, {$group:"
            " {_id: null, all: {$push: ['$$ROOT', '$$ROOT.t']}}}, {$unwind: '$all'}, {$unwind: '$all'});",
            "$$ROOT is not available in aggregations",
            MANY,
        ),
        *one(
            "c.aggregate({$limit: 5}, {$project: {t: 1, u: '$t', v: '$t'}});",
            "more than 4 MB of documents come out",
            LARGE,
            within=5,
        ),
    ],
    "changes": [
        *several(
            TIMEOUT,
            "for (;;) c.insert({n: 1});",
            "for (;;) c.save({_id: i++});",
            "for (;;) c.findAndModify({n: i++}, null, null, false, {$set: {a: 1}}, true, true);",
            "for (;;) c.update({}, {$inc: {n: 1}}, false, true);",
            "for (;;) { c.remove({}); c.insert({}, {}); }",
            "for (;;) { c.drop(); c.insert({}); }",
            "for (;;) Spark.runtimeCollection('c' + i++).insert({});",
            before=MANY,
        ),
        *one(
            f"{NUMBERS} c.update({{}}, {{$pull: {{list: {{$in: list}}}}}});",
            "$in and $nin need a list, of 10000 values at most",
            LIST,
            within=5,
        ),
        *one(
            f"{NUMBERS} c.update({{_id: 1}}, {{$pull: {{list: {{$in: list.slice(-9999)}}}}}});",
            TOO_LONG,
            LIST,
            within=effort.SECONDS + SPARE,
        ),
    ],
    "indexes": [
        *one(
            "for (i = 0; i < 30; i++) { var o = {}; o['a' + i] = 1; c.ensureIndex(o); }",
            "more than 20 indexes of one collection",
            within=5,
        ),
        *one(
            "c.ensureIndex({list: 1});",
            "an indexed field has more than 1000 values in one document",
            LIST,
        ),
        *one(
            "c.ensureIndex({a: 1, b: 1, c: 1, d: 1}); var l = [1, 2, 3, 4, 5, 6];"
            " c.insert({a: l, b: l, c: l, d: l});",
            "an indexed field has more than 1000 values in one document",
        ),
        *one("c.ensureIndex({a: 1, b: 1, c: 1, d: 1, e: 1});", "an index has 1 to 4 fields"),
        *several(
            TIMEOUT,
            "for (;;) { c.ensureIndex({n: 1}); c.dropIndex({n: 1}); }",
            "for (;;) Spark.runtimeCollection('c' + i++).ensureIndex({n: 1});",
            "for (;;) { c.ensureIndex({n: 1}, {name: 'x' + i++}); c.dropIndexByName('x' + (i - 1)); }",
            before=MANY,
        ),
    ],
}


@pytest.mark.parametrize("kind", BOMBS)
async def test_each_ends_at_its_limit_and_the_next_run_goes_well(
    ended: Ended, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST_SORTED", 200)
    wrong, pace = [], slowness()
    for bomb in BOMBS[kind]:
        assert (await ended(SEVERAL + bomb.before, seconds=60)).failure is None
        began = time.monotonic()
        outcome = await ended(SEVERAL + bomb.text, seconds=LIMIT if bomb.ends == TIMEOUT else 60)
        took = time.monotonic() - began
        before, pace = pace, slowness()
        said = _said(outcome)
        in_time = said == TOO_LONG and took >= effort.SECONDS  # before its own limit, on a slow machine
        most = (bomb.within + SPARE) * max(before, pace)
        if not (in_time or said in bomb.ends.split(" | ")) or took > most or not outcome.begun:
            wrong.append((bomb.text, said, round(took, 1)))
        await database.run(_empty)
        after = await ended("Spark.setScriptData('n', Spark.runtimeCollection('c').count());", seconds=60)
        assert after.script_data == {"n": 0}, bomb.text
    assert not wrong, "\n".join(map(str, wrong))


def _said(outcome: Outcome) -> str:
    failure = outcome.failure
    if failure is None:
        return NOTHING
    if failure.code == TIMEOUT:
        return TIMEOUT
    return failure.message if failure.name == "Error" else f"{failure.name}: {failure.message}"


def _empty() -> None:
    Document.objects.all().delete()
    CollectionIndex.objects.all().delete()
