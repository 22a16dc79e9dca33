"""The form of a segment: its names and a row for each value; rows come by a button or from a CSV file."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from games.models import Game
from games.models.credentials import SHORT_CODE_PATTERN
from players.models import Segment

WRONG = "Up to 50 letters, digits, _ and -."
MOST_VALUES = 500
LARGEST_FILE = 256 * 1024  # bytes
CODE = RegexValidator(SHORT_CODE_PATTERN, WRONG)
PREFIX = "values"


class CsvFault(ValueError):
    """A file that does not fit. A sentence for people."""


class SegmentForm(forms.Form):
    name = forms.CharField(label="Name", max_length=80)
    description = forms.CharField(
        label="Description", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class NewSegmentForm(SegmentForm):
    short_code = forms.CharField(
        label="Short code",
        max_length=50,
        help_text="Scripts, queries and requests name it so. It stays for good.",
        validators=[CODE],
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    field_order = ("short_code", "name", "description")

    def __init__(self, game: Game, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.game = game

    def clean_short_code(self) -> str:
        code: str = self.cleaned_data["short_code"]
        if Segment.objects.filter(game=self.game, short_code=code).exists():
            raise forms.ValidationError("The game has a segment of this short code.")
        return code


class ValueForm(forms.Form):
    code = forms.CharField(
        label="Code",
        max_length=50,
        validators=[CODE],
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    name = forms.CharField(label="Name", required=False, max_length=255)
    description = forms.CharField(label="Description", required=False, max_length=2000)


class ValuesBase(forms.BaseFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        codes = [form.cleaned_data.get("code") for form in self.kept() if form.cleaned_data.get("code")]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise forms.ValidationError(f"There twice: {', '.join(twice)}.")

    def kept(self) -> list[Any]:
        """Those that are not to be removed, and are not empty."""
        return [
            form
            for form in self.forms
            if form.has_changed() and not (getattr(form, "cleaned_data", None) or {}).get("DELETE")
        ]

    def values(self) -> dict[str, dict[str, str]]:
        """As players.segment_settings.save_segment takes them. Of a valid one."""
        given = [form.cleaned_data for form in self.kept()]
        return {row["code"]: {"name": row["name"], "description": row["description"]} for row in given}


ValueForms = forms.formset_factory(
    ValueForm, formset=ValuesBase, extra=0, can_delete=True, max_num=MOST_VALUES, validate_max=True
)


def value_forms(values: Mapping[str, Mapping[str, str]], extra: int = 0) -> Any:
    """Unbound, with a row for each, and empty ones behind them.

    Bound by hand to what they would send: rows that stand in a form count as changed, empty ones do not.
    """
    return ValueForms(sent_values(values, extra), prefix=PREFIX)


def sent_values(values: Mapping[str, Mapping[str, str]], extra: int = 0) -> dict[str, str]:
    rows = [{"code": code, **row} for code, row in values.items()]
    rows += [{"code": "", "name": "", "description": ""}] * extra
    sent = {f"{PREFIX}-TOTAL_FORMS": str(len(rows)), f"{PREFIX}-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        for name in ("code", "name", "description"):
            sent[f"{PREFIX}-{number}-{name}"] = row[name]
    return sent


def from_csv(content: bytes) -> dict[str, dict[str, str]]:
    """Rows of short code, name and description, with or without a first row that says so."""
    if len(content) > LARGEST_FILE:
        raise CsvFault("The file is larger than 256 KB.")
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise CsvFault(f"This is no CSV in UTF-8: {error}.") from error
    values: dict[str, dict[str, str]] = {}
    for number, row in enumerate(rows, 1):
        code, name, description = (each.strip() for each in [*row, "", "", ""][:3])
        if not code or (number == 1 and code.lower() in ("code", "short code", "shortcode")):
            continue
        values[code] = {"name": name, "description": description}
    if len(values) > MOST_VALUES:
        raise CsvFault(f"More than {MOST_VALUES} values.")
    return values
