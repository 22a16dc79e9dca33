"""What clients read of the game's configuration."""

from tests.wire.boards import HIGH_SCORE_LB, NewGame, board, board_game
from tests.wire.conftest import Player

__all__ = ["board_game"]


async def test_a_property_and_a_set_are_read_as_configured(player: Player) -> None:
    anna = await player("Anna")
    rate = {"rare": 0.05, "names": ["a", None]}
    answer = await anna.request("GetPropertyRequest", propertyShortCode="DROP_RATE")
    assert (answer["@class"], answer["property"]) == (".GetPropertyResponse", rate)
    answer = await anna.request("GetPropertyRequest", propertyShortCode="OPEN")
    assert answer["property"] is False
    answer = await anna.request("GetPropertySetRequest", propertySetShortCode="BALANCE")
    assert (answer["@class"], answer["propertySet"]) == (
        ".GetPropertySetResponse",
        {"DROP_RATE": rate, "OPEN": False},
    )


async def test_what_is_not_configured_is_not_found(player: Player) -> None:
    anna = await player("Anna")
    answer = await anna.request("GetPropertyRequest", propertyShortCode="BALANCE")
    assert answer["error"] == {"property": "NOT_FOUND"}
    answer = await anna.request("GetPropertySetRequest", propertySetShortCode="OPEN")
    assert answer["error"] == {"propertySet": "NOT_FOUND"}
    for name, field in (
        ("GetPropertyRequest", "propertyShortCode"),
        ("GetPropertySetRequest", "propertySetShortCode"),
    ):
        assert (await anna.request(name))["error"] == {field: "REQUIRED"}


async def test_a_set_comes_with_what_the_configuration_gives_it_to(board_game: NewGame) -> None:
    named = {"propertySet": "BALANCE"}
    game = await board_game(
        {**HIGH_SCORE_LB, **named},
        board("PLAIN"),
        achievements=[{"shortCode": "WITH", **named}, {"shortCode": "WITHOUT"}],
        virtualGoods=[{"shortCode": "WITH", **named}, {"shortCode": "WITHOUT"}],
        properties=[{"shortCode": "RATE", "json": {"rare": 0.05}}],
        propertySets=[{"shortCode": "BALANCE", "properties": ["RATE"]}],
    )
    anna = await game.player("Anna")
    balance = {"RATE": {"rare": 0.05}}
    for name, key in (
        ("ListLeaderboardsRequest", "leaderboards"),
        ("ListAchievementsRequest", "achievements"),
        ("ListVirtualGoodsRequest", "virtualGoods"),
    ):
        with_set, without = (await anna.request(name))[key]
        assert with_set["propertySet"] == balance
        assert "propertySet" not in without
