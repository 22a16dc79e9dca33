"""Scripts of a message's copies: many share a process one after another, each in a world of its own."""

from collections.abc import Callable
from typing import Any

import pytest

from cloudcode.message_runs import GameMessageScripts
from cloudcode.models import PrivateData, ScriptLog
from cloudcode.scripts import replace_all
from games.config_store import configs
from games.models import Stage
from messaging.message_scripts import MessageInShape, Shaping
from players.models import Player
from protocol.run import Run
from realtime import database

pytestmark = pytest.mark.django_db(transaction=True)

Shape = Callable[[str, list[str]], Any]


@pytest.fixture
def shape(stage: Stage) -> Shape:
    """What a user message script makes of the copies of these players, by player id."""

    async def run(text: str, player_ids: list[str]) -> dict[str, Shaping]:
        await database.run(replace_all, stage.game, {"message-user/ScriptMessage": text}, None, "")
        config = await database.run(configs.current, stage.pk)
        message = MessageInShape(
            "ScriptMessage", "ScriptMessage", None, {"data": {"n": 1}}, False, player_ids
        )
        copies = {player_id: f"copy-of-{player_id}" for player_id in player_ids}
        return await GameMessageScripts().run_each(config, message, copies, Run())

    return run


def saved(player_id: str) -> tuple[Any, Any]:
    """scriptData and privateData."""
    private = PrivateData.objects.filter(pk=player_id).first()
    return Player.objects.get(pk=player_id).script_data, private and private.data


@pytest.fixture
async def ids(add_player: Callable[..., Player]) -> list[str]:
    """Of 60 players: more than fit on a page."""

    def add() -> list[str]:
        return [add_player(f"p{n:02}", script_data={"seen": n}).pk for n in range(60)]

    return await database.run(add)


async def test_each_copy_has_fresh_globals_and_its_own_player(shape: Shape, ids: list[str]) -> None:
    text = """
    leaked = (typeof leaked === "undefined" ? 0 : leaked) + 1;
    var me = Spark.getPlayer(), seen = me.getScriptData("seen") + 1;
    me.setScriptData("seen", seen);
    me.setPrivateData("was", [seen]);
    Spark.setScriptData("told", [leaked, seen, Spark.getData().playerId === me.getPlayerId()]);
    """
    shapings = await shape(text, ids)
    assert [shapings[each].script_data for each in ids] == [
        {"told": [1, n + 1, True]} for n in range(len(ids))
    ]
    for n, player_id in enumerate(ids):
        assert await database.run(saved, player_id) == ({"seen": n + 1}, {"was": [n + 1]})


async def test_what_one_copy_changes_of_another_player_the_next_one_sees(
    shape: Shape, ids: list[str]
) -> None:
    """In the recipients' order, also where nothing was asked in between."""
    one, other = ids[0], ids[1]
    text = f"""
    var me = Spark.getPlayer();
    if (me.getPlayerId() === "{one}") Spark.loadPlayer("{other}").setScriptData("seen", 100);
    Spark.setScriptData("seen", me.getScriptData("seen"));
    me.setScriptData("seen", me.getScriptData("seen") + 1);
    """
    shapings = await shape(text, [one, other])
    assert shapings[other].script_data == {"seen": 100}
    assert await database.run(saved, other) == ({"seen": 101}, None)


async def test_a_copy_that_fails_changes_nothing_and_the_others_are_shaped(
    shape: Shape, ids: list[str]
) -> None:
    """By an exception, by more than can be saved, and by the end of its process."""
    thrower, hoarder, killer, last = ids[:4]
    text = f"""
    var me = Spark.getPlayer(), id = me.getPlayerId();
    me.setScriptData("here", true);
    Spark.setScriptData("here", true);
    if (id === "{thrower}") throw new Error("no");
    if (id === "{hoarder}") me.setScriptData("big", new Array(300000).join("x"));
    if (id === "{killer}") while (true) {{}}
    """
    from django.test import override_settings

    with override_settings(FLINT_SCRIPT_MESSAGE_SECONDS=1.5):
        shapings = await shape(text, ids[:4])
    assert [shapings[each].script_data for each in ids[:4]] == [{}, {}, {}, {"here": True}]
    assert [(await database.run(saved, each))[0].get("here") for each in ids[:4]] == [None, None, None, True]
    entries = await database.run(
        lambda: list(ScriptLog.objects.order_by("id").values_list("text", flat=True))
    )
    assert sorted(entry.partition(":")[0] for entry in entries) == ["ERROR", "ERROR", "TIMEOUT"]
    assert last in shapings


async def test_a_cancelled_copy_and_the_recipients(shape: Shape, ids: list[str]) -> None:
    text = """
    Spark.setScriptData("n", Spark.getPlayerIds().length);
    if (Spark.getPlayer().getScriptData("seen") === 1) Spark.dismissMessage(Spark.getData().messageId);
    """
    shapings = await shape(text, ids[:3])
    assert [shapings[each].cancelled for each in ids[:3]] == [False, True, False]
    assert shapings[ids[2]].script_data == {"n": 3}
