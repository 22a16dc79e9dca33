"""What players own, and the record of its changes: to look at, and for an operator to put right."""

import re
from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from competition.achievements import holding
from competition.achievements import operating as achievements
from competition.admin.goods_forms import award_form, balance_form, good_form, taking_form
from competition.admin.links import LINK
from competition.goods import balances, inventory, operating
from competition.goods.currencies import Currency, currencies
from competition.models import Holdings, Transaction, TransactionItem
from games.admin.dates import shown
from games.admin.filters import StageFilter
from games.admin_access import Role, user_of
from games.admin_actions import Data, form_action
from games.scoped_admin import GameScopedAdmin, ShownInline

NOTHING = "–"
NO_CODES: Mapping[int, Currency] = {}
CURRENCY = re.compile(r"(?:(?P<reserved>reservedC)|c)urrency(?P<number>[1-6])")


@admin.register(Holdings)
class HoldingsAdmin(GameScopedAdmin):
    """Of every player. Each change is a transaction and a line of the audit."""

    game_path = "stage__game"
    list_display = ("__str__", "id", "user_name", "stage")
    list_select_related = ("stage__game",)
    list_filter = (StageFilter,)
    lookups = ("id",)
    search_fields = ("id__exact", "user_name__startswith", "display_name__startswith")
    search_help_text = "An id, or how a user name or display name begins"
    ordering = ("-id",)
    sortable_by = ()
    fields = ("player", "stage", "balances", "set_aside", "goods", "achievements", "transactions")
    readonly_fields = ("player", "balances", "set_aside", "goods", "achievements", "transactions")
    actions_detail = (
        {"title": "Balance and goods", "icon": "payments", "items": ["change_balance", "change_good"]},
        {"title": "Achievements", "icon": "trophy", "items": ["award", "take_away"]},
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Holdings]:
        rows: QuerySet[Holdings] = super().get_queryset(request).select_related("stage__game")
        return rows

    def audit_target(self, row: Holdings) -> str:
        return row.pk

    @admin.display(description="player")
    def player(self, row: Holdings) -> SafeString:
        return format_html(LINK, reverse("admin:players_player_change", args=[row.pk]), row)

    @admin.display(description="balances")
    def balances(self, row: Holdings) -> str:
        known = currencies(row.stage_id)
        return _listed(
            (_currency(known, number), amount)
            for number, amount in balances.balances(row.pk).items()
            if amount or number in known
        )

    @admin.display(description="set aside")
    def set_aside(self, row: Holdings) -> str:
        known, held = currencies(row.stage_id), balances.reserved(row.pk)
        return _listed(
            (f"{_currency(known, number)} for {purpose}", amount)
            for number, purposes in held.items()
            for purpose, amount in purposes.items()
        )

    @admin.display(description="goods")
    def goods(self, row: Holdings) -> str:
        return _listed(inventory.owned(row.pk).items())

    @admin.display(description="achievements")
    def achievements(self, row: Holdings) -> str:
        return ", ".join(holding.codes_of(row.pk)) or NOTHING

    @admin.display(description="transactions")
    def transactions(self, row: Holdings) -> SafeString:
        address = f"{reverse('admin:competition_transaction_changelist')}?player={row.pk}"
        return format_html(LINK, address, "Show")

    @form_action("Change a balance", balance_form, Role.EDITOR, icon="payments")
    def change_balance(self, request: HttpRequest, row: Holdings, data: Data) -> str:
        number, amount = int(data["currency"]), data["amount"]
        operating.change_balance(row, number, amount, data["reason"], user_of(request))
        return "The balance was changed."

    @form_action("Grant or take a good", good_form, Role.EDITOR, icon="redeem")
    def change_good(self, request: HttpRequest, row: Holdings, data: Data) -> str:
        operating.change_good(row, data["good"], data["quantity"], data["reason"], user_of(request))
        return "The goods were changed."

    @form_action("Award an achievement", award_form, Role.EDITOR, icon="trophy")
    def award(self, request: HttpRequest, row: Holdings, data: Data) -> str:
        achievements.award(row, data["achievement"], user_of(request))
        return "The achievement was awarded, and the player is told."

    @form_action("Take an achievement", taking_form, Role.EDITOR, icon="remove_moderator")
    def take_away(self, request: HttpRequest, row: Holdings, data: Data) -> str:
        achievements.take_away(row, data["achievement"], user_of(request))
        return "The achievement was taken away; what it brought stays."


class TransactionItemInline(ShownInline):
    model = TransactionItem
    fields = ("what", "amount", "value")
    readonly_fields = ("what",)
    verbose_name_plural = "what changed"

    def get_queryset(self, request: HttpRequest) -> QuerySet[TransactionItem]:
        rows: QuerySet[TransactionItem] = super().get_queryset(request)
        return rows.select_related("transaction__player")

    @admin.display(description="what")
    def what(self, row: TransactionItem) -> str:
        return _what(row, currencies(row.transaction.player.stage_id))


@admin.register(Transaction)
class TransactionAdmin(GameScopedAdmin):
    game_path = "player__stage__game"
    list_display = ("id", "at", "player", "reason", "changes")
    list_select_related = ("player",)
    lookups = ("player",)
    search_fields = ("id__exact", "player_id__exact")
    search_help_text = "The id of a transaction, or of a player"
    ordering = ("-id",)
    sortable_by = ()
    inlines = (TransactionItemInline,)
    fields = ("id", "at", "player", "reason", "request_id", "script", "script_type")
    readonly_fields = ("id", "at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transaction]:
        rows: QuerySet[Transaction] = super().get_queryset(request).prefetch_related("items")
        return rows

    @admin.display(description="time")
    def at(self, row: Transaction) -> str:
        return shown(row.created_ms)

    @admin.display(description="changes")
    def changes(self, row: Transaction) -> str:
        items = sorted(row.items.all(), key=lambda item: item.pk)
        return ", ".join(f"{item.amount:+} {_what(item)}" for item in items)


def _what(item: TransactionItem, known: Mapping[int, Currency] = NO_CODES) -> str:
    """A good's short code, or a currency by its own where it is known. A list reads no configuration."""
    match = CURRENCY.fullmatch(item.kind)
    if match is None:
        return item.kind
    code = _currency(known, int(match["number"]))
    return f"{code} set aside" if match["reserved"] else code


def _currency(known: Mapping[int, Currency], number: int) -> str:
    return known[number].code if number in known else f"currency {number}"


def _listed(pairs: Any) -> str:
    return ", ".join(f"{amount} {name}" for name, amount in pairs) or NOTHING
