"""What there is to know of a player, from every package, for the first page about them."""

from dataclasses import dataclass
from typing import Any

from competition.goods.currencies import NUMBERS, currencies
from competition.models import OwnedGood, PlayerAchievement, TeamMember, Wallet
from players.friends import friends_of
from players.models import DeviceIdentity, Player
from portal.web.places import Place
from portal.web.player_pages import name_of, page_url
from portal.web.wording import document

MOST = 50  # of each list


@dataclass(frozen=True, slots=True)
class Item:
    """`url` is "" where nothing leads further."""

    name: str
    more: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """`more` than are listed."""

    title: str
    items: list[Item]
    none: str
    more: bool = False


def groups_of(place: Place, player: Player) -> list[Group]:
    return [
        _group("Logs in with", _accounts(player), "No external account, no device."),
        _group("Currencies", _currencies(player), "Nothing."),
        _group("Goods", _goods(player), "None."),
        _group("Achievements", _achievements(player), "None yet."),
        _group("Teams", _teams(player), "In no team."),
        _group("Friends", _friends(place, player), "None."),
    ]


def script_data(player: Player) -> str:
    """To be read; "" where scripts keep nothing."""
    return document(player.script_data) if player.script_data else ""


def _group(title: str, items: list[Item], none: str) -> Group:
    return Group(title, items[:MOST], none, len(items) > MOST)


def _accounts(player: Player) -> list[Item]:
    named = [Item(player.user_name, "user name and password")] if player.user_name else []
    external = [Item(str(id_), system) for system, id_ in sorted(player.external_ids.items())]
    devices = DeviceIdentity.objects.filter(player=player).order_by("created_ms")[: MOST + 1]
    by_device = [Item(each.device_id, f"device {each.device_os}".strip()) for each in devices]
    return [*named, *external, *by_device]


def _currencies(player: Player) -> list[Item]:
    wallet = Wallet.objects.filter(player=player).first()
    known = currencies(player.stage_id)
    held: list[Item] = []
    for number in NUMBERS:
        amount: Any = getattr(wallet, f"currency{number}") if wallet else 0
        if amount or number in known:
            currency = known.get(number)
            name = (currency.name or currency.code) if currency else f"currency {number}"
            held.append(Item(f"{amount:,}", name))
    return held


def _goods(player: Player) -> list[Item]:
    rows = OwnedGood.objects.filter(player=player).order_by("code")[: MOST + 1]
    return [Item(row.code, f"× {row.quantity:,}") for row in rows]


def _achievements(player: Player) -> list[Item]:
    rows = PlayerAchievement.objects.filter(player=player).order_by("code")[: MOST + 1]
    return [Item(row.code, f"× {row.times}" if row.times > 1 else "") for row in rows]


def _teams(player: Player) -> list[Item]:
    rows = TeamMember.objects.filter(player=player).select_related("team").order_by("team")[: MOST + 1]
    return [
        Item(
            row.team.name or row.team.team_id,
            f"{row.team.team_type}{', owner' if row.team.owner_id == player.pk else ''}",
        )
        for row in rows
    ]


def _friends(place: Place, player: Player) -> list[Item]:
    return [Item(name_of(each), "", page_url(place, each)) for each in friends_of(player.pk)[: MOST + 1]]
