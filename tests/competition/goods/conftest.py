"""The preview stage of a game with goods and currencies."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from games.models import Stage

CURRENCIES = [
    {"number": 1, "shortCode": "GOLD", "name": "Gold", "signupBonus": 25},
    {"number": 2, "shortCode": "GEMS", "name": "Gems"},
    {"number": 3, "shortCode": "DUST", "name": "Dust", "signupBonus": 1},
]
GOODS = [
    {
        "shortCode": "SHIELD",
        "name": "Shield",
        "description": "Takes a blow",
        "tags": ["armour", "wood"],
        "prices": [10, 1, 0, 0, 0, 0],
    },
    {
        "shortCode": "CROWN",
        "name": "Crown",
        "maxQuantity": 2,
        "tags": ["armour"],
        "prices": [0, 5, 0, 0, 0, 0],
    },
    {"shortCode": "PACK", "name": "Gold", "type": "currency", "awards": [100, 0, 0, 0, 0, 3]},
    {"shortCode": "RELIC", "name": "Relic", "disabled": True, "prices": [1, 1, 1, 1, 1, 1]},
    {"shortCode": "STORE_ONLY", "name": "Only for money"},
]


@pytest.fixture
def stage(db: None) -> "Stage":
    from games.publishing import create_game
    from games.sections import all_sections

    game = create_game("Duel of Dice", None, "duel0000dice")
    data = {"currencies": CURRENCIES, "virtualGoods": GOODS}
    for section in all_sections():
        if section.name in data:
            section.apply(game, data[section.name], None)
    return game.stage("preview")
