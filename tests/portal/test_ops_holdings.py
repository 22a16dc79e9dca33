"""What players own in the operators' admin: shown, and put right."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from competition.achievements import holding
from competition.goods import balances, inventory
from competition.models import Holdings, OwnedGood, PlayerAchievement, Transaction
from games.config_store import configs
from games.models import AuditEntry, Collaborator
from games.sections import all_sections
from messaging.models import PlayerMessage
from players.models import Player
from tests.portal.ops_client import client
from tests.portal.ops_world import World, make_world

__all__ = ["client"]

SECTIONS: dict[str, Any] = {
    "currencies": [{"number": 1, "shortCode": "GOLD"}],
    "virtualGoods": [{"shortCode": "SHIELD", "maxQuantity": 2}],
    "achievements": [
        {"shortCode": "ONCE", "name": "Once", "currencyAwards": [0, 3, 0, 0, 0, 0]},
        {"shortCode": "OTHER", "name": "Other"},
    ],
}


@pytest.fixture
def world(db: None) -> World:
    return configured(make_world("aurelia"))


def configured(world: World) -> World:
    for section in all_sections():
        if section.name in SECTIONS:
            section.apply(world.game, SECTIONS[section.name], None)
    configs.clear()
    return world


def owner(name: str = "aurelia0") -> Player:
    return Player.objects.get(user_name=name)


def url(action: str = "change", player: Player | None = None) -> str:
    return f"/ops/competition/holdings/{(player or owner()).pk}/{action}/"


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def press(client: Client, action: str, **fields: Any) -> str:
    return client.post(url(action), fields, follow=True).content.decode()


def audited() -> tuple[str, str, str, dict[str, Any]]:
    newest = AuditEntry.objects.order_by("-pk")[0]
    return newest.actor_name, newest.action, newest.target, newest.detail


def test_a_player_s_holdings_are_shown(world: World, client: Client) -> None:
    player = owner()
    OwnedGood.objects.create(player=player, code="SHIELD", quantity=2)
    PlayerAchievement.objects.create(player=player, code="ONCE")
    shown = page(client, url())
    for text in ("7 GOLD", "2 SHIELD", "ONCE", f'"/ops/competition/transaction/?player={player.pk}"'):
        assert text in shown
    assert "Found by aurelia" in page(client, f"/ops/competition/transaction/?player={player.pk}")


def test_a_player_s_page_leads_to_holdings_and_transactions(world: World, client: Client) -> None:
    player = owner()
    shown = page(client, f"/ops/players/player/{player.pk}/change/")
    for address in (f"holdings/?id={player.pk}", f"transaction/?player={player.pk}"):
        assert f'href="/ops/competition/{address}"' in shown
        assert player.pk in page(client, f"/ops/competition/{address}")


def test_a_player_without_a_wallet_has_a_page_too(world: World, client: Client) -> None:
    assert "0 GOLD" in page(client, url(player=owner("aurelia1")))


def test_a_balance_is_changed_up_and_down(world: World, client: Client) -> None:
    assert "Below 0 takes away." in page(client, url("change_balance"))
    said = press(client, "change_balance", currency="1", amount="5", reason="For a lost game")
    assert "The balance was changed." in said
    assert balances.balances(owner().pk)[1] == 12
    assert audited() == (
        "aurelia-staff",
        "balance.changed",
        owner().pk,
        {"number": 1, "amount": 5, "reason": "For a lost game"},
    )
    press(client, "change_balance", currency="1", amount="-12", reason="Taken")
    assert balances.balances(owner().pk)[1] == 0
    assert [row.reason for row in Transaction.objects.order_by("id")] == [
        "Found by aurelia",
        "For a lost game",
        "Taken",
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"currency": "1", "amount": "-8", "reason": "x"}, "The player has 7 of it."),
        ({"currency": "1", "amount": "0", "reason": "x"}, "How many?"),
        ({"currency": "7", "amount": "1", "reason": "x"}, "Select a valid choice."),
        ({"currency": "1", "amount": str(2**53 + 1), "reason": "x"}, "less than or equal to"),
        ({"currency": "1", "amount": "1"}, "This field is required."),
    ],
)
def test_what_cannot_be_done_to_a_balance_is_said_and_changes_nothing(
    world: World, client: Client, fields: dict[str, str], said: str
) -> None:
    before = AuditEntry.objects.count()
    assert said in press(client, "change_balance", **fields)
    assert (balances.balances(owner().pk)[1], AuditEntry.objects.count()) == (7, before)


def test_a_good_is_granted_and_taken(world: World, client: Client) -> None:
    press(client, "change_good", good="SHIELD", quantity="2", reason="Sorry")
    assert inventory.owned(owner().pk) == {"SHIELD": 2}
    assert audited()[1:] == (
        "good.changed",
        owner().pk,
        {"good": "SHIELD", "quantity": 2, "reason": "Sorry"},
    )
    assert "A player may have 2 of it." in press(
        client, "change_good", good="SHIELD", quantity="1", reason="x"
    )
    assert "The player has 2 of it." in press(client, "change_good", good="SHIELD", quantity="-3", reason="x")
    press(client, "change_good", good="SHIELD", quantity="-2", reason="Back")
    assert inventory.owned(owner().pk) == {}


def test_a_good_that_is_gone_from_the_game_can_be_taken_alone(world: World, client: Client) -> None:
    OwnedGood.objects.create(player=owner(), code="RELIC", quantity=1)
    said = press(client, "change_good", good="RELIC", quantity="1", reason="x")
    assert "The game has no such good." in said
    press(client, "change_good", good="RELIC", quantity="-1", reason="x")
    assert inventory.owned(owner().pk) == {}


def test_an_achievement_is_awarded_told_and_taken_away(world: World, client: Client) -> None:
    assert "the player is told" in press(client, "award", achievement="ONCE")
    assert (holding.codes_of(owner().pk), balances.balances(owner().pk)[2]) == (["ONCE"], 3)
    assert audited()[1:] == ("achievement.awarded", owner().pk, {"achievement": "ONCE"})
    newest = PlayerMessage.objects.order_by("-id")[0]
    told = json.loads(newest.document)
    assert (newest.player_id, told["@class"]) == (owner().pk, ".AchievementEarnedMessage")
    assert "has it already" in press(client, "award", achievement="ONCE")
    press(client, "take_away", achievement="ONCE")
    assert (holding.codes_of(owner().pk), balances.balances(owner().pk)[2]) == ([], 3)
    assert audited()[1:] == ("achievement.taken", owner().pk, {"achievement": "ONCE"})
    assert "Select a valid choice." in press(client, "take_away", achievement="OTHER")


@pytest.mark.parametrize("action", ["change_balance", "change_good", "award", "take_away"])
def test_who_may_only_look_changes_nothing(db: None, action: str) -> None:
    world = configured(make_world("borealis", Collaborator.Role.VIEWER))
    client = Client()
    client.force_login(world.user)
    player = owner("borealis0")
    assert "7 GOLD" in page(client, url(player=player))
    for method in (client.get, client.post):
        assert method(url(action, player)).status_code == 403


def test_history_of_a_player_s_holdings_is_the_audit(world: World, client: Client) -> None:
    press(client, "change_balance", currency="1", amount="5", reason="For a lost game")
    row = Holdings.objects.get(pk=owner().pk)
    assert "balance.changed" in page(client, f"/ops/competition/holdings/{row.pk}/history/")


def test_a_transaction_names_its_currency(world: World, client: Client) -> None:
    press(client, "change_balance", currency="1", amount="5", reason="For a lost game")
    row = Transaction.objects.latest("id")
    own = f"/ops/competition/transaction/{row.pk}/change/"
    listed, shown = page(client, "/ops/competition/transaction/"), page(client, own)
    assert re.search(r">\s*\+5 currency 1\s*<", listed)
    assert re.search(r">\s*GOLD\s*<", shown)
    row.items.update(kind="reservedCurrency1")
    listed, shown = page(client, "/ops/competition/transaction/"), page(client, own)
    assert re.search(r">\s*\+5 currency 1 set aside\s*<", listed)
    assert re.search(r">\s*GOLD set aside\s*<", shown)
