"""The game data service (cloud-code.md §7): items that are stored when the script says so."""

import pytest

from cloudcode.collections import expiring, indexes
from cloudcode.models import Collection, CollectionIndex, Document, IndexEntry
from games.models import Stage, StoredSection
from games.stages import touch
from realtime import database
from tests.cloudcode.collections.conftest import Result

pytestmark = pytest.mark.django_db(transaction=True)

ITEMS = """
var API = Spark.getGameDataService();
var made = function (id, data) {
    return API.createItem("hero", id).setData(data).persistor().persist().error();
};
made("a", {name: "Ana", level: 3, bag: {gold: 5}});
made("b", {name: "Bo", level: 9});
made("c", {name: "Cy", level: 5});
var names = function (result) {
    var found = [], cursor = result.cursor();
    while (cursor.hasNext()) found.push(cursor.next().getData().name);
    return found;
};
"""


async def test_an_item_is_stored_when_it_is_persisted_and_not_before(result: Result) -> None:
    found = await result(
        ITEMS
        + """
        var item = API.getItem("hero", "a").document(), data = item.getData();
        data.level = 4; data.bag.gold = 6; delete data.name;
        var before = API.getItem("hero", "a").document().getData();
        var error = item.persistor().persist().error();
        var after = API.getItem("hero", "a").document();
        item.delete();
        var gone = API.getItem("hero", "a");
        var result = [before, error, after.getData(), after.getId(), after.getType(),
            gone.document(), gone.error(), API.getItem("none", "a").document()];
        """
    )
    assert found == [
        {"name": "Ana", "level": 3, "bag": {"gold": 5}},
        None,
        {"level": 4, "bag": {"gold": 6}},
        "a",
        "hero",
        None,
        None,
        None,
    ]


async def test_writers_change_their_own_fields_and_checks_refuse(result: Result) -> None:
    found = await result(
        ITEMS
        + """
        var one = API.getItem("hero", "b").document(), other = API.getItem("hero", "b").document();
        one.getData().level = 10; other.getData().name = "Bob"; other.getData().level = 11;
        var said = [one.persistor().withAtomicIncrements().persist().error(),
            other.persistor().withAtomicIncrements().persist().error()];
        var both = API.getItem("hero", "b").document();
        one.getData().level = 1;
        said.push(one.persistor().withVersionCheck().persist().error());
        said.push(both.persistor().withVersionCheck().persist().error());
        said.push(both.persistor().withConditionCheck(API.N("level").gt(50)).persist().error());
        var isBob = API.S("name").eq("Bob");
        said.push(both.setData({name: "new"}).persistor().withConditionCheck(isBob).persist().error());
        var changed = both.getData();
        both.setData({only: 1}).persistor().withOverwrite().persist();
        made("b", {$bad: 1});
        var result = [said, changed, API.getItem("hero", "b").document().getData(), made("b", {$bad: 1})];
        """
    )
    assert found[0] == [None, None, "VERSION_CHECK_FAILED", None, "CONDITION_CHECK_FAILED", None]
    assert found[1:3] == [{"name": "new"}, {"only": 1}]
    assert found[3].startswith("$bad is no operator of documents")


async def test_items_are_found_by_conditions_in_an_order(result: Result) -> None:
    found = await result(
        ITEMS
        + """
        var S = API.S, N = API.N, query = function (condition, sort) {
            return names(API.queryItems("hero", condition, sort));
        };
        API.createItem("hero", "old").setData({name: "Old", level: 1}).setTTL(5).persistor().persist();
        var result = [
            query(N("level").ge(5), API.sort("level", false)), query(S("name").startsWith("B")),
            query(N("level").between(3, 5).and(S("name").ne("Cy"))),
            query(S("name").in(["Ana", "Cy"]).negate()),
            query(N("level").lt(4).or(N("level").gt(8)), API.sort("name", true).add("level", true)),
            query(null), API.queryItems("hero", S("a.$b").eq("x")).error(),
            API.getItem("hero", "old").document()
        ];
        """
    )
    assert found == [
        ["Bo", "Cy"],
        ["Bo"],
        ["Ana"],
        ["Bo"],
        ["Ana", "Bo"],
        ["Ana", "Bo", "Cy"],
        "'data.a.$b' is no path to a field: a name has $ in front, or a quote or backslash",
        None,
    ]


async def test_declared_indexes_are_made(result: Result, stage: Stage) -> None:
    await result(ITEMS + "var result = 0;")

    def declare() -> None:
        types = [{"shortCode": "hero", "indexes": [{"field": "level", "type": "number"}]}]
        StoredSection.objects.update_or_create(game=stage.game, name="dataTypes", defaults={"data": types})
        touch(stage.game)

    await database.run(declare)
    assert await result(ITEMS + "var result = names(API.queryItems('hero', API.N('level').eq(9)));") == ["Bo"]
    assert await database.run(lambda: [each.fields for each in CollectionIndex.objects.all()]) == [
        [["data.level", 1]]
    ]


async def test_indexes_declared_before_the_first_item_are_made_once_there_is_one(
    result: Result, stage: Stage
) -> None:
    def declare() -> None:
        types = [{"shortCode": "hero", "indexes": [{"field": "level", "type": "number"}]}]
        StoredSection.objects.update_or_create(game=stage.game, name="dataTypes", defaults={"data": types})
        touch(stage.game)

    await database.run(declare)
    wanted = "API.queryItems('hero', API.N('level').eq(9))"
    is_there = f"var API = Spark.getGameDataService(); var result = {wanted}.cursor().hasNext();"
    assert await result(is_there) is False
    await result(ITEMS + "var result = 0;")
    assert await result(is_there) is True
    assert await database.run(lambda: [each.fields for each in CollectionIndex.objects.all()]) == [
        [["data.level", 1]]
    ]


async def test_an_item_whose_ttl_is_over_is_deleted(result: Result) -> None:
    """With its entries in indexes; what has time left, or was given more of it, stays."""
    await result(
        ITEMS
        + """
        Spark.runtimeCollection("c").insert({_id: "ttl", ttl: 5});
        var keep = function (id, ttl) {
            return API.createItem("hero", id).setData({level: 1}).setTTL(ttl).persistor().persist().error();
        };
        var later = Date.now() + 3600000;
        var result = [keep("over", 5), keep("soon", later), keep("given more", 5), keep("ages", 1e300)];
        API.createItem("hero", "given more").setTTL(later).persistor().persist();
        """
    )

    def delete() -> tuple[list[bool], list[str], int]:
        indexes.ensure(stage_of_documents(), "data.hero", {"data.level": 1}, None)
        while indexes.tidy():
            pass
        more = [expiring.delete_some(), expiring.delete_some()]
        left = Document.objects.order_by("pk").values_list("document", flat=True)
        return more, [document["_id"] for document in left], IndexEntry.objects.count()

    left = ["a", "b", "c", "ttl", "soon", "given more", "ages"]
    assert await database.run(delete) == ([True, False], left, 6)


def stage_of_documents() -> int:
    return Collection.objects.get(name="data.hero").stage_id


async def test_an_item_has_less_than_400_kilobytes(result: Result) -> None:
    found = await result(
        ITEMS
        + """
        var whole = {_id: "big", data: {x: ""}, ttl: null, version: 1}, room = 400 * 1024 - 1;
        room -= JSON.stringify(whole).length;
        var text = Array(Math.floor(room / 2) + 1).join("\u00e9") + (room % 2 ? "x" : "");
        var said = [made("big", {x: text})];
        var item = API.getItem("hero", "big").document();
        item.getData().x += "x";
        said.push(item.persistor().persist().error(), item.persistor().withOverwrite().persist().error());
        said.push(made("bigger", {x: text + "xxx"}));
        var result = [said, API.getItem("hero", "big").document().getData().x === text,
            API.getItem("hero", "bigger").document()];
        """
    )
    refused = "an item has less than 400 KB"
    assert found == [[None, refused, refused, refused], True, None]
