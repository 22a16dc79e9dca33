"""The form of a game's settings, and these as fields that can be compared (games.conflicts)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from games.game_settings import Settings
from games.models.credentials import SHORT_CODE_PATTERN
from games.platforms import PLATFORMS

NUMBERS = range(1, 7)  # of the currencies
MOST_BONUS = 2**31 - 1
LABELS = {"name": "Name", "description": "Description", "platforms": "Platforms"}
CODE = RegexValidator(SHORT_CODE_PATTERN.replace("$", r"\Z"), "Up to 50 letters, digits, _ and -.")


class SettingsForm(forms.Form):
    """A currency without a short code has no configuration; balances of it are there all the same."""

    name = forms.CharField(label="Name", max_length=100)
    description = forms.CharField(
        label="Description",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For your team.",
    )
    platforms = forms.MultipleChoiceField(
        label="Players play on",
        required=False,
        choices=list(PLATFORMS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text="Advice of these pages is about these.",
    )

    def __init__(self, data: Any = None, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=_flat(initial) if initial else None)
        for number in NUMBERS:
            self.fields[f"code_{number}"] = forms.CharField(
                label=f"Currency {number}, short code", required=False, max_length=50, validators=[CODE]
            )
            self.fields[f"name_{number}"] = forms.CharField(
                label=f"Currency {number}, name", required=False, max_length=100
            )
            self.fields[f"bonus_{number}"] = forms.IntegerField(
                label=f"Currency {number}, sign-up bonus", required=False, min_value=0, max_value=MOST_BONUS
            )

    def clean(self) -> None:
        given = self.cleaned_data
        for number in NUMBERS:
            faulty = f"code_{number}" in self.errors
            if not (faulty or given.get(f"code_{number}")) and (
                given.get(f"name_{number}") or given.get(f"bonus_{number}")
            ):
                self.add_error(f"code_{number}", "Give it a short code, or leave the whole row empty.")

    def currencies(self) -> list[tuple[int, list[forms.BoundField]]]:
        return [
            (number, [self[f"{part}_{number}"] for part in ("code", "name", "bonus")]) for number in NUMBERS
        ]

    def document(self) -> dict[str, Any]:
        """To compare; of a valid form."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "description": given["description"],
            "platforms": given["platforms"],
            "currencies": {
                str(number): {
                    "shortCode": given[f"code_{number}"],
                    "name": given[f"name_{number}"],
                    "signupBonus": given[f"bonus_{number}"] or 0,
                }
                for number in NUMBERS
                if given[f"code_{number}"]
            },
        }


def compared(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as a document of fields: currencies by their numbers, which are not among theirs."""
    currencies = {
        str(item["number"]): {key: item[key] for key in ("shortCode", "name", "signupBonus")}
        for item in settings["currencies"]
    }
    return {**settings, "currencies": currencies}


def put_back(document: Mapping[str, Any]) -> Settings:
    """The other way."""
    currencies = [
        {"number": int(number), **item} for number, item in sorted(document["currencies"].items()) if item
    ]
    return {**document, "currencies": currencies}


def label_of(path: str) -> str:
    first, _, number = path.partition(".")
    return f"Currency {number}" if number else LABELS[first]


def _flat(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document to compare, as the form's initial values."""
    values = {name: document[name] for name in LABELS}
    for number, item in document["currencies"].items():
        if item:
            values |= {f"code_{number}": item["shortCode"], f"name_{number}": item["name"]}
            values[f"bonus_{number}"] = item["signupBonus"]
    return values
