"""The forms of the buttons on the page of a player's holdings: their choices are the game's."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from competition.achievements import holding
from competition.achievements.types import achievements
from competition.goods import inventory
from competition.goods.booking import LARGEST, LONGEST
from competition.goods.catalogue import goods
from competition.goods.currencies import NUMBERS, currencies
from players.models import Player

Form = type[forms.Form]


def balance_form(player: Player) -> Form:
    known = currencies(player.stage_id)
    choices = [
        (str(number), f"{number} ({known[number].code})" if number in known else str(number))
        for number in NUMBERS
    ]
    return _form(currency=_choice(choices), amount=_amount(), reason=_reason())


def good_form(player: Player) -> Form:
    """Those of the game, and those the player has though the game has them no more."""
    codes = {*goods(player.stage_id), *inventory.owned(player.pk)}
    return _form(good=_choice(_codes(codes)), quantity=_amount(), reason=_reason())


def award_form(player: Player) -> Form:
    return _form(achievement=_choice(_codes(achievements(player.stage_id))))


def taking_form(player: Player) -> Form:
    return _form(achievement=_choice(_codes(holding.codes_of(player.pk))))


def _form(**fields: forms.Field) -> Form:
    return type("HoldingsForm", (forms.Form,), fields)


def _codes(codes: Any) -> list[tuple[str, str]]:
    return [(code, code) for code in sorted(codes)]


def _choice(choices: list[tuple[str, str]]) -> forms.Field:
    return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget())


def _amount() -> forms.Field:
    return forms.IntegerField(
        min_value=-LARGEST,
        max_value=LARGEST,
        help_text="Below 0 takes away.",
        widget=UnfoldAdminIntegerFieldWidget(),
    )


def _reason() -> forms.Field:
    return forms.CharField(
        max_length=LONGEST,
        help_text="The player can read it in the list of transactions.",
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )
