"""What clients read of the game's configuration."""

from tests.wire.conftest import Player


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
