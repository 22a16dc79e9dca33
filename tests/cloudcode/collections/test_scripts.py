"""Collections as scripts see them (cloud-code.md §7)."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cloudcode.models import Document, IndexEntry
from games.models import Stage
from players.models import Player
from realtime import database
from tests.cloudcode.collections.conftest import Result

pytestmark = pytest.mark.django_db(transaction=True)

CARDS = """
var cards = Spark.runtimeCollection("cards");
cards.insert({name: "Ace", cost: 5, tags: ["red", "rare"]}, {name: "Bo", cost: 2, tags: []});
cards.insert([{_id: "k", name: "King", cost: 7, at: new Date(86400000)}]);
"""


async def test_what_is_inserted_is_found_with_an_id(result: Result) -> None:
    found = await result(
        CARDS
        + """
        var one = {name: "Dee"};
        cards.insert(one);
        var again = cards.findOne({_id: one._id});
        var cursor = cards.find({cost: {$gte: 2}}).sort({cost: -1}).limit(2), names = [];
        while (cursor.hasNext()) names.push(cursor.next().name + "/" + cursor.curr().cost);
        var result = {
            same: again.name, hex: /^[0-9a-f]{24}$/.test(one._id.$oid), names: names,
            none: cards.findOne({name: "Nobody"}), count: cards.count(), rare: cards.count({tags: "rare"}),
            king: cards.findOne({_id: "k"}, {cost: 1}), dated: cards.findOne({_id: "k"}).at,
            distinct: cards.distinct("tags"),
                natural: cards.find().toArray().map(function (each) { return each.name; }),
            sized: cards.find().skip(1).limit(-2).size(), order: JSON.stringify(again).slice(0, 6)
        };
        """
    )
    assert found == {
        "same": "Dee",
        "hex": True,
        "names": ["King/7", "Ace/5"],
        "none": None,
        "count": 4,
        "rare": 1,
        "king": {"_id": "k", "cost": 7},
        "dated": 86400000,
        "distinct": ["rare", "red"],
        "natural": ["Ace", "Bo", "King", "Dee"],
        "sized": 2,
        "order": '{"_id"',
    }


async def test_updates_change_what_they_say_and_true_means_acknowledged(result: Result) -> None:
    found = await result(
        CARDS
        + """
        var nothing = cards.update({name: "Nobody"}, {$set: {cost: 1}});
        cards.update({name: "Ace"}, {$inc: {cost: 1}, $push: {tags: "won"}, $set: {"owner.id": "p"}});
        cards.update({cost: {$gt: 0}}, {$set: {seen: true}}, false, true);
        cards.update({name: "Eve"}, {$setOnInsert: {cost: 9}, $set: {a: 1}}, true, false);
        cards.update({name: "Bo"}, {name: "Bob"});
        cards.updateMulti({}, {$unset: {a: 1}});
        var old = cards.findAndModify({name: "Bob"}, {$set: {cost: 4}});
        var fresh = cards.findAndModify({name: "Bob"}, {cost: 1, _id: 0}, null, false, {$inc: {cost: 1}},
            true, false);
        var gone = cards.findAndRemove({name: "King"});
        var none = cards.findAndModify({name: "Nobody"}, {$set: {cost: 4}}, "surplus");
        var ace = cards.findOne({name: "Ace"});
        var changed = JSON.parse(JSON.stringify(ace));
        delete changed.seen; changed.cost = 60;
        cards.update({name: "Ace"}, {$set: {other: 1}});
        var applied = cards.applyChanges(ace, changed);
        var saved = {name: "Sue"};
        cards.save(saved); saved.cost = 3; cards.save(saved);
        var result = {
            nothing: nothing, old: old.cost === undefined && old.name, fresh: fresh, gone: gone.name,
                none: none,
            applied: applied,
            all: cards.find({}, {_id: 0}).sort({name: 1}).toArray(), removed: cards.remove({name: "Nobody"})
        };
        """
    )
    assert found == {
        "nothing": True,
        "old": "Bob",
        "fresh": {"cost": 5},
        "gone": "King",
        "none": None,
        "applied": True,
        "all": [
            {"name": "Ace", "cost": 60, "tags": ["red", "rare", "won"], "owner": {"id": "p"}, "other": 1},
            {"name": "Bob", "cost": 5},
            {"name": "Eve", "cost": 9},
            {"name": "Sue", "cost": 3},
        ],
        "removed": True,
    }


async def test_dates_stay_dates_and_come_back_as_the_script_wants_them(result: Result) -> None:
    found = await result(
        """
        var days = Spark.runtimeCollection("days");
        days.insert({n: 1, at: new Date(1000)}, {n: 2, at: new Date(2000)}, {n: 3, at: 2500}, {n: 4,
            at: {deep: [new Date(0)]}});
        var later = days.find({at: {$gt: new Date(1000)}}).toArray().map(function (each) { return each.n; });
        var plain = typeof days.findOne({n: 1}).at;
        Spark.getSparkScriptOptions().setMaintainDbDates(true);
        var result = [later, plain, days.findOne({n: 1}).at instanceof Date,
            days.findOne({n: 4}).at.deep[0].getTime()];
        """
    )
    assert found == [[2], "number", True, 0]


async def test_a_cursor_reads_all_there_is_and_takes_no_notice_of_what_the_script_changes(
    result: Result,
) -> None:
    found = await result(
        """
        var many = Spark.runtimeCollection("many"), documents = [];
        for (var i = 0; i < 350; i++) documents.push({n: i, half: i % 2});
        many.insert(documents);
        var natural = many.find({half: 0}).skip(5).limit(120), count = 0, sum = 0;
        while (natural.hasNext()) { sum += natural.next().n; count++; }
        var sorted = many.find().sort({n: -1}), seen = [];
        while (sorted.hasNext()) {
            var each = sorted.next();
            seen.push(each.n);
            if (each.n % 50 === 0) many.remove({n: {$gte: each.n}});
        }
        var descending = seen.every(function (n, at) { return n === 349 - at; });
        try { natural.next(); } catch (error) { var past = error.message; }
        try { natural.limit(3); } catch (error) { var late = error.message; }
        var result = [count, sum, seen.length, descending, many.count(), past, late];
        """
    )
    assert found == [
        120,
        sum(range(10, 250, 2)),
        350,
        True,
        0,
        "the cursor has no more documents",
        "limit comes before the first document is read",
    ]


async def test_a_regular_expression_and_undefined_travel_into_queries(result: Result) -> None:
    found = await result(
        CARDS
        + """
        var names = function (query) {
            return cards.find(query).toArray().map(function (each) { return each.name; });
        };
        var result = [
            names({name: /^k/i}), names({name: {$in: [/ce$/, "Bo"]}}), names({name: {$not: /o/}}),
            names({name: undefined}), names({at: undefined}), names({name: {$regex: "\\\\bK", $options: "i"}})
        ];
        """
    )
    assert found == [["King"], ["Ace", "Bo"], ["Ace", "King"], [], ["Ace", "Bo"], ["King"]]


async def test_points_are_found_by_distance_the_nearest_first(result: Result) -> None:
    found = await result(
        """
        var shops = Spark.runtimeCollection("shops");
        shops.insert(
            {name: "Lyon", place: {type: "Point", coordinates: [4.8357, 45.764]}},
            {name: "Paris", place: {type: "Point", coordinates: [2.3522, 48.8566]}},
            {name: "London", place: [-0.1276, 51.5072]}, {name: "nowhere", place: "x"}, {name: "none"}
        );
        var near = function (metres) {
            return {place: {$nearSphere: {$geometry: {type: "Point", coordinates: [2.3, 48.8]},
                $maxDistance: metres}}};
        };
        var names = function (query) {
            return shops.find(query).toArray().map(function (each) { return each.name; });
        };
        var result = [names(near(10000)), names(near(350000)), names(near(1e7)),
            names({place: {$nearSphere: [2.3, 48.8], $maxDistance: 350000 / 6378100}})];
        """
    )
    assert found == [["Paris"], ["Paris", "London"], ["Paris", "London", "Lyon"], ["Paris", "London"]]


async def test_groups_are_all_there_or_refused(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cloudcode.collections.aggregating.MOST", 2)
    group = '{$group: {_id: "$who"}}'
    found = await result(
        f"""
        var games = Spark.runtimeCollection("games"), result = [];
        games.insert({{who: "a"}}, {{who: "b"}});
        result.push(games.aggregate({group}, {{$sort: {{_id: 1}}}}));
        games.insert({{who: "c"}});
        var made = [[{group}], [{group}, {{$count: "n"}}], [{{$count: "a.b"}}], [{{$count: 5}}]];
        made.forEach(function (stages) {{
            try {{ result.push(games.aggregate(stages)); }}
            catch (refused) {{ result.push(refused.message); }}
        }});
        """
    )
    assert found == [
        [{"_id": "a"}, {"_id": "b"}],
        "$group leaves more than 2 documents",
        "$group leaves more than 2 documents",
        "$count needs the name of a field",
        "$count needs the name of a field",
    ]


async def test_aggregations_group_sort_and_unwind(result: Result) -> None:
    found = await result(
        """
        var games = Spark.runtimeCollection("games");
        games.insert({who: "a", score: 5, tags: ["x", "y"]}, {who: "b", score: 1, tags: ["x"]},
            {who: "a", score: 7, tags: []}, {score: 3}, {who: "b", score: "none"});
        var result = {
            sums: games.aggregate({$group: {_id: "$who", total: {$sum: "$score"}, count: {$sum: 1}}},
                {$sort: {_id: 1}}),
            best: games.aggregate([{$match: {score: {$gt: 1}}}, {$sort: {score: -1}}, {$limit: 1},
                {$project: {_id: 0, who: 1}}]),
            tags: games.aggregate({$unwind: "$tags"}, {$group: {_id: "$tags", best: {$max: "$score"}}},
                {$sort: {best: -1, _id: 1}}),
            average: games.aggregate({$group: {_id: null, average: {$avg: "$score"}}}),
            lists: games.aggregate({$match: {who: "b"}}, {$group: {_id: {who: "$who"},
                all: {$push: "$score"}}})
        };
        """
    )
    assert found == {
        "sums": [
            {"_id": None, "total": 3, "count": 1},
            {"_id": "a", "total": 12, "count": 2},
            {"_id": "b", "total": 1, "count": 2},
        ],
        "best": [{"who": "a"}],
        "tags": [{"_id": "x", "best": 5}, {"_id": "y", "best": 5}],
        "average": [{"_id": None, "average": 4}],
        "lists": [{"_id": {"who": "b"}, "all": [1, "none"]}],
    }


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("c.find({$where: 'true'}).hasNext()", "$where is not available in queries"),
        ("c.find({a: {$function: {}}}).hasNext()", "$function is not available in queries"),
        ("c.find({a: {$near: 5}}).hasNext()", "$near needs $geometry with a point"),
        ("c.find({'a$': {$gt: 1}, 'b.$c': 1}).hasNext()", "'b.$c' is no path to a field"),
        ("c.update({}, {$bit: {a: 1}})", "$bit is not available in updates"),
        ("c.update({}, {$set: {'a.$': 1}})", "'a.$' is no path to a field"),
        ("c.update({a: 1}, {$set: {_id: 2}})", "_id cannot be changed"),
        ("c.update({}, {b: 1}, false, true)", "many documents cannot be replaced by one"),
        ("c.update({a: 1}, {$inc: {t: 1}})", "$inc needs a number, and one in the field"),
        ("c.aggregate({$lookup: {}})", "$lookup is not available in aggregations"),
        ("c.insert({_id: 'x'}, {_id: 'x'})", "E11000 duplicate key error: _id"),
        ("c.save({$set: {a: 1}})", "$set is no operator of documents: no field name begins with $"),
        ("c.remove()", "remove needs a query: {} matches everything"),
        ("c.find({a: {$gt: [1]}}).hasNext()", "$gt compares no arrays and objects"),
        ("c.find({a: {$regex: '('}}).hasNext()", "$regex:"),
        ("c.find({a: 1}).sort({a: 5}).hasNext()", "a sort's direction is 1 or -1, not 5"),
        ("Spark.metaCollection('m').insert({})", "SparkMongoCollectionReadOnly.insert is not available"),
        ("Spark.systemCollection('other')", "there is no system collection other"),
        ("c.insert({a: Array(1100000).join('x')})", "the document is larger than 1024 KB"),
        (
            "var d = {}, e = d; for (var i = 0; i < 80; i++) e = e.a = {}; c.insert(d)",
            "the data is nested deeper than 64 levels",
        ),
        ("Spark.runtimeCollection('').insert({})", "a collection's name has 1 to 120 characters"),
    ],
)
async def test_what_is_not_possible_is_an_exception_that_says_so(
    result: Result, call: str, sentence: str
) -> None:
    found = await result(
        f"""
        var c = Spark.runtimeCollection("c"), result = "nothing was thrown";
        c.insert({{a: 1, t: "text"}});
        try {{ {call}; }} catch (error) {{ result = error.message; }}
        """
    )
    assert found.startswith(sentence)


async def test_scripts_see_their_own_stage_alone(result: Result, stage: Stage) -> None:
    live = stage.game.stage("live")
    await result("Spark.runtimeCollection('c').insert({a: 1}); var result = 0;")
    await result("Spark.runtimeCollection('c').remove({}); var result = 0;", on=live)
    assert await result("var result = Spark.runtimeCollection('c').count();", on=live) == 0
    assert await result("var result = Spark.runtimeCollection('c').count();") == 1


async def test_meta_collections_hold_what_the_configuration_says(result: Result, stage: Stage) -> None:
    def configure(documents: list[Any]) -> None:
        from games.models import StoredSection
        from games.stages import touch

        StoredSection.objects.update_or_create(
            game=stage.game, name="metaCollections", defaults={"data": {"levels": documents}}
        )
        touch(stage.game)

    names = """
    var levels = Spark.metaCollection("levels");
    levels.ensureIndex({name: 1});
    var result = levels.find().toArray().map(function (each) { return each._id + each.name; });
    """
    await database.run(configure, [{"_id": "1", "name": "Cellar"}, {"_id": "2", "name": "Attic"}])
    assert await result(names) == ["1Cellar", "2Attic"]
    await database.run(configure, [{"_id": "2", "name": "Roof"}])
    assert await result(names) == ["2Roof"]
    assert await result("var result = Spark.metaCollection('other').count();") == 0


async def test_players_are_a_collection_without_what_is_private(
    result: Result, stage: Stage, add_player: Callable[..., Player]
) -> None:
    ana = add_player("ana", script_data={"level": 3, "clan": {"id": "x"}}, password="hash", last_seen_ms=5)
    add_player("bo", script_data={"level": 9})
    add_player("cy", stage=stage.game.stage("live"), script_data={"level": 3})
    found = await result(
        f"""
        var players = Spark.systemCollection("player");
        var names = function (query) {{
            return players.find(query).toArray().map(function (each) {{ return each.userName; }});
        }};
        var result = {{
            whole: players.findOne({{userName: "ana"}}), level: names({{"scriptData.level": {{$lt: 5}}}}),
            byId: names({{_id: {{$oid: "{ana.pk}"}}}}), sorted: players.find({{}},
                {{userName: 1}}).sort({{"scriptData.level": -1}}).next().userName,
            count: players.count(), online: names({{online: true}}),
                offline: names({{online: {{$ne: true}}}}),
            "private": names({{password: {{$exists: true}}}})
        }};
        """
    )
    assert found == {
        "whole": {
            "_id": {"$oid": ana.pk},
            "userName": "ana",
            "displayName": "Ana",
            "scriptData": {"level": 3, "clan": {"id": "x"}},
            "externalIds": {},
            "lastSeen": 5,
            "online": False,
        },
        "level": ["ana"],
        "byId": ["ana"],
        "sorted": "bo",
        "count": 2,
        "online": [],
        "offline": ["ana", "bo"],
        "private": [],
    }


async def test_an_index_follows_what_becomes_of_documents(result: Result) -> None:
    found = await result(
        """
        var c = Spark.runtimeCollection("c");
        c.insert({a: 1, t: ["x", "y"]}, {a: 2}, {b: 1});
        c.ensureIndex({a: 1}); c.ensureIndex({a: 1}); c.ensureIndex({t: 1, a: -1}, {name: "by tag"});
        c.insert({a: 1, t: ["y"]});
        c.update({a: 2}, {$set: {a: 1, t: "z"}});
        c.remove({a: 1, t: "x"});
        var count = function (query) { return c.find(query).toArray().length; };
        var before = [count({a: 1}), count({a: 2}), count({a: null}), count({t: "y"}), count({t: "z",
            a: 1}), count({a: {$gte: 1}})];
        var info = c.getIndexInfo();
        c.dropIndex({a: 1}); c.dropIndexByName("by tag"); c.dropIndex({none: 1});
        var result = [before, info, c.getIndexInfo(), count({a: 1})];
        """
    )
    assert found == [
        [2, 0, 1, 1, 1, 2],
        [
            {"name": "_id_", "key": {"_id": 1}},
            {"name": "a_1", "key": {"a": 1}},
            {"name": "by tag", "key": {"t": 1, "a": -1}},
        ],
        [{"name": "_id_", "key": {"_id": 1}}],
        2,
    ]
    assert await database.run(lambda: (Document.objects.count(), IndexEntry.objects.count())) == (3, 7)


async def test_an_index_may_allow_a_value_once(result: Result) -> None:
    found = await result(
        """
        var c = Spark.runtimeCollection("c"), said = [];
        var tried = function (work) { try { work(); said.push("done");
            } catch (error) { said.push(error.message); } };
        c.insert({a: 1}, {a: 2});
        tried(function () { c.ensureIndex({a: 1}, {unique: true}); });
        tried(function () { c.insert({a: 2, second: true}); });
        tried(function () { c.update({a: 1}, {$set: {a: 2}}); });
        tried(function () { c.update({a: 1}, {$set: {a: 3}}); });
        tried(function () { c.insert({a: 1}); });
        c.insert({a: 10, b: 1}, {a: 11, b: 1});
        tried(function () { c.ensureIndex({b: 1}, {unique: true}); });
        tried(function () { c.ensureIndex({b: 1}, {unique: true, sparse: true, name: "x"}); });
        var result = [said, c.find({}, {_id: 0}).toArray(), c.getIndexInfo().length];
        """
    )
    assert json.dumps(found[0]) == json.dumps(
        [
            "done",
            "E11000 duplicate key error: a_1",
            "E11000 duplicate key error: a_1",
            "done",
            "done",
            "E11000 duplicate key error: b_1",
            "E11000 duplicate key error: x",
        ]
    )
