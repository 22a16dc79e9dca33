"""Cases of collections and their cursors."""

from json import loads
from typing import Any

from tests.wire.methods.case import Case, Group

NAMES = "r.toArray().map(nameOf)"


def stored(world: Any, collection: str = "cards") -> list[Any]:
    """Documents without their ids, in the order of insertion."""
    sql = (
        "SELECT document.text FROM cloudcode_document document JOIN cloudcode_collection collection"
        " ON collection.id = document.collection_id WHERE collection.name = ? AND collection.stage_id = ?"
        " ORDER BY document.id"
    )
    found = [loads(row["text"]) for row in world.rows(sql, f"script.{collection}", world.stage_id)]
    return [{name: value for name, value in each.items() if name != "_id"} for each in found]


def indexes(world: Any) -> list[Any]:
    """Those that are not dropped."""
    sql = (
        "SELECT fields, dropped FROM cloudcode_collectionindex WHERE collection_id IN"
        " (SELECT id FROM cloudcode_collection WHERE stage_id = ?) ORDER BY id"
    )
    rows = [row for row in world.rows(sql, world.stage_id) if not row["dropped"]]
    return [loads(row["fields"]) if isinstance(row["fields"], str) else row["fields"] for row in rows]


READ = {
    "find": Case("{c}.find({cost: {$gte: 2}})", ["Ace", "Bo"], NAMES),
    "findOne": Case(
        "{c}.findOne({name: 'Bo'}, {cost: 1})", [2, True], "[r.cost, {c}.findOne({name: 'X'}) === null]"
    ),
    "count": Case("{c}.count({cost: 2})", [1, 3], "[r, {c}.count()]"),
    "distinct": Case("{c}.distinct('cost')", [1, 2, 5], "r.slice().sort()"),
    "aggregate": Case(
        "{c}.aggregate({$match: {cost: {$gt: 1}}}, {$group: {_id: null, sum: {$sum: '$cost'}}})",
        7,
        "r[0].sum",
    ),
    "ensureIndex": Case("{c}.ensureIndex({cost: 1})", True, "{c}.getIndexInfo().length > 0"),
    "getIndexInfo": Case("{c}.getIndexInfo()", True, "JSON.stringify(r).indexOf('cost') > 0"),
    "dropIndex": Case(
        "{c}.dropIndex({cost: 1})", False, "JSON.stringify({c}.getIndexInfo()).indexOf('cost') > 0"
    ),
    "dropIndexByName": Case(
        "({c}.ensureIndex({name: 1}, {name: 'byName'}), {c}.dropIndexByName('byName'))",
        False,
        "JSON.stringify({c}.getIndexInfo()).indexOf('byName') > 0",
    ),
    "getLastError": Case("{c}.getLastError()", True, "r.err === null"),
}


def reading(type_: str, variable: str) -> dict[str, Case]:
    return {
        f"SparkMongoCollection{type_}.{name}": Case(
            case.call.replace("{c}", variable), case.expected, case.shown.replace("{c}", variable)
        )
        for name, case in READ.items()
    }


COLLECTIONS = Group(
    {
        "Spark.runtimeCollection": Case("Spark.runtimeCollection('cards')", 0, "r.count()"),
        "SparkMongoCollectionReadWrite.insert": Case(
            "cards.insert([ace, {name: 'Bo', cost: 2}, {_id: 7, name: 'Cy', cost: 1}])",
            [True, True, "Cy", "Ace"],
            "[r, isHex(ace._id.$oid), cards.findOne({_id: 7}).name, cards.findOne({_id: ace._id}).name]",
        ),
        "Spark.metaCollection": Case(
            "Spark.metaCollection('cards')",
            [3, True],
            "[r.count(), fault(function () { r.insert({}); }).length > 0]",
        ),
        "Spark.systemCollection": Case(
            "Spark.systemCollection('player')", lambda w: w["bo"], "r.findOne({displayName: 'Bo'})._id.$oid"
        ),
        "Spark.loadPlayerByExternalId": Case(
            "Spark.loadPlayerByExternalId('FB', 'fb-bo')",
            lambda w: [w["bo"], True],
            "[r.playerId, Spark.loadPlayerByExternalId('FB', 'x') === null]",
        ),
        "SparkPlayer.matchesMongoQuery": Case(
            "me.matchesMongoQuery({userName: 'ana'})",
            [True, False],
            "[r, me.matchesMongoQuery({userName: 'x'})]",
        ),
        "SparkPlayer.matchesMongoQueryString": Case(
            'me.matchesMongoQueryString(\'{"displayName": {"$in": ["Ana"]}}\')', True
        ),
        **reading("ReadOnly", "meta"),
        **reading("ReadWrite", "cards"),
        "SparkMongoCursor.sort": Case("cards.find().sort({cost: -1})", ["Ace", "Bo", "Cy"], NAMES),
        "SparkMongoCursor.limit": Case("cards.find().limit(-2)", ["Ace", "Bo"], NAMES),
        "SparkMongoCursor.skip": Case("cards.find().skip(1)", ["Bo", "Cy"], NAMES),
        "SparkMongoCursor.count": Case("cards.find().skip(1).limit(5).count()", 2),
        "SparkMongoCursor.size": Case("cards.find({cost: 1}).size()", 1),
        "SparkMongoCursor.hasNext": Case(
            "cards.find().hasNext()", [True, False], "[r, cards.find({name: 'X'}).hasNext()]"
        ),
        "SparkMongoCursor.next": Case("cards.find().next()", "Ace", "r.name"),
        "SparkMongoCursor.curr": Case("(cursor.next(), cursor.next(), cursor.curr())", "Bo", "r.name"),
        "SparkMongoCursor.toArray": Case("cards.find().toArray()", ["Ace", "Bo", "Cy"], "r.map(nameOf)"),
        "Spark.find": Case("Spark.find('cards', {cost: 2}, {name: 1})", ["Bo"], "r.map(nameOf)"),
        "Spark.getSparkScriptOptions": Case(
            "Spark.getSparkScriptOptions()",
            [86400000, True],
            "(cards.save({_id: 'dated', at: new Date(86400000)}), before = cards.findOne({_id: 'dated'}).at,"
            " r.setMaintainDbDates(true), [before, cards.findOne({_id: 'dated'}).at instanceof Date])",
        ),
        "SparkMongoCollectionReadWrite.save": Case(
            "(cards.save({_id: 7, name: 'Cyd', cost: 1}), cards.save(eli))",
            ["Cyd", "Eli", True],
            "[cards.findOne({_id: 7}, {}, {}, 'surplus').name, cards.findOne({_id: eli._id}).name,"
            " isHex(eli._id.$oid)]",
        ),
        "SparkMongoCollectionReadWrite.update": Case(
            "cards.update({_id: 7}, {$set: {_id: 7, cost: 4}, $inc: {n: 1}})",
            [True, 4, True],
            "[r, cards.findOne({_id: 7}).cost, cards.update({name: 'nobody'}, {$set: {a: 1}})]",
        ),
        "SparkMongoCollectionReadWrite.updateMulti": Case(
            "cards.updateMulti({cost: {$lte: 4}}, {$set: {cheap: true}})", 2, "cards.count({cheap: true})"
        ),
        "SparkMongoCollectionReadWrite.findAndModify": Case(
            "cards.findAndModify({_id: 7}, {$inc: {cost: 1}})",
            [4, 5, None],
            "[r.cost, cards.findOne({_id: 7}).cost, cards.findAndModify({_id: 'x'}, {$inc: {a: 1}})]",
        ),
        "SparkMongoCollectionReadWrite.findAndRemove": Case(
            "cards.findAndRemove({_id: 7})", ["Cyd", 0], "[r.name, cards.count({_id: 7})]"
        ),
        "SparkMongoCollectionReadWrite.applyChanges": Case(
            "cards.applyChanges(ace, {_id: ace._id, name: 'Ace', cost: 6})",
            6,
            "cards.findOne({name: 'Ace'}).cost",
        ),
        "SparkMongoCollectionReadWrite.remove": Case(
            "cards.remove(cards.findOne({_id: 'dated'}))",
            [True, 0, True, 2, 0],
            "[r, cards.count({_id: 'dated'}), cards.remove({name: 'nobody'}),"
            " (cards.insert([{odd: 1}, {odd: 1}]), cards.count({odd: 1})),"
            " (cards.remove({odd: 1}), cards.remove(eli), cards.count({$or: [{odd: 1}, {name: 'Eli'}]}))]",
        ),
        "Spark.save": Case("Spark.save('cards', {name: 'Dee'})", 1, "cards.count({name: 'Dee'})"),
        "Spark.remove": Case(
            "Spark.remove('cards', {name: 'Dee'})",
            True,
            effect=stored,
            outside=[{"name": "Ace", "cost": 6}, {"name": "Bo", "cost": 2, "cheap": True}],
        ),
        "SparkMongoCollectionReadWrite.drop": Case(
            "(Spark.save('other', {a: 1}), Spark.runtimeCollection('other').drop())",
            0,
            "Spark.runtimeCollection('other').count()",
            lambda w: [stored(w, "other"), indexes(w)],
            [[], []],
        ),
    },
    before="""
    var cards = Spark.runtimeCollection("cards"), meta = Spark.metaCollection("cards"), before;
    var ace = {name: "Ace", cost: 5}, eli = {name: "Eli", cost: 9}, cursor = cards.find();
    function nameOf(each) { return each.name; }
    function isHex(id) { return /^[0-9a-f]{24}$/.test(id); }
    """,
)


DATA = Group(
    {
        "Spark.getGameDataService": Case(
            "Spark.getGameDataService()", True, "r.getItem('house', 'none').document() === null"
        ),
        "SparkGameDataService.createItem": Case(
            "kept('mill', {level: 3, name: 'Mill'})",
            True,
            "r.persistor().persist().error() === null",
            lambda w: [each["data"] for each in _items(w)],
            [{"level": 4, "name": "Mill"}, {"level": 1, "name": "Hut"}],
        ),
        "SparkGameDataService.getItem": Case(
            "data.getItem('house', 'mill')",
            [3, 4],
            "(item = r.document(), was = item.getData().level, item.getData().level = 4,"
            " item.persistor().persist(),"
            " [was, data.getItem('house', 'mill').document().getData().level])",
        ),
        "SparkGameDataService.queryItems": Case(
            "(kept('hut', {level: 1, name: 'Hut'}).persistor().persist(), data.queryItems('house', null))",
            [None, ["mill", "hut"]],
            "[r.error(), idsOf(r)]",
        ),
        "SparkGameDataService.N": Case(
            "data.N('level')", [["hut"], ["mill"]], "[found(r.lt(2)), found(r.between(2, 9).and(r.ne(5)))]"
        ),
        "SparkGameDataService.S": Case(
            "data.S('name')", [["hut"], ["mill"]], "[found(r.eq('Hut')), found(r.startsWith('M'))]"
        ),
        "SparkGameDataService.sort": Case(
            "data.sort('level', true)", ["hut", "mill"], "idsOf(data.queryItems('house', null, r))"
        ),
    },
    before="""
    var data = Spark.getGameDataService(), item, was;
    function kept(id, values) {
        var made = data.createItem("house", id);
        made.setData(values);
        return made;
    }
    function idsOf(result) {
        var ids = [], cursor = result.cursor();
        while (cursor.hasNext()) ids.push(cursor.next().getId());
        return ids;
    }
    function found(condition) { return idsOf(data.queryItems("house", condition)); }
    """,
)


def _items(world: Any) -> list[Any]:
    sql = (
        "SELECT document.text FROM cloudcode_document document JOIN cloudcode_collection collection"
        " ON collection.id = document.collection_id WHERE collection.name = 'data.house'"
        " AND collection.stage_id = ? ORDER BY document.id"
    )
    return [loads(row["text"]) for row in world.rows(sql, world.stage_id)]
