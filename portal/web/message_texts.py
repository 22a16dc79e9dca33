"""The texts of a message for translators: a row a text, a column for the message's own and each variant.

The same as CSV, where a cell that a spreadsheet would take for a formula has a ' in front.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from messaging.message_settings import Settings
from messaging.settings_form import TEXTS
from portal.web.csv_cells import FORMULA, guarded
from portal.web.message_variants import name_of

ROWS = {"title": "Title", "subTitle": "Subtitle", "template": "Message"}
OWN = "default"
LARGEST_FILE = 1024 * 1024  # bytes
assert set(ROWS) == set(TEXTS.values())

Cells = dict[tuple[int, str], str]  # by column, 0 the message's own, and setting


class CsvFault(ValueError):
    """A file that does not fit. A sentence for people."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`name` is the field's in the form. `fault` is "" where there is none."""

    name: str
    label: str
    text: str
    placeholder: str
    long: bool
    fault: str
    changed: bool


def columns(settings: Mapping[str, Any]) -> list[str]:
    return [OWN, *(f"{place}. {name_of(each)}" for place, each in enumerate(settings["variants"], 1))]


def cells_of(settings: Mapping[str, Any]) -> Cells:
    sources = [settings, *settings["variants"]]
    return {(column, key): each[key] for key in ROWS for column, each in enumerate(sources)}


def with_cells(settings: Mapping[str, Any], cells: Cells) -> Settings:
    """The settings with these texts; cells of columns that there are not are passed over."""
    made = {**settings, "variants": [dict(each) for each in settings["variants"]]}
    for (column, key), text in cells.items():
        if column == 0:
            made[key] = text
        elif column <= len(made["variants"]):
            made["variants"][column - 1][key] = text
    return made


def cells_sent(settings: Mapping[str, Any], sent: Mapping[str, str]) -> Cells:
    """Of the form; a cell that was not sent stays."""
    cells = cells_of(settings)
    return {at: sent.get(field_name(*at), text).replace("\r\n", "\n") for at, text in cells.items()}


def field_name(column: int, key: str) -> str:
    return f"cell-{column}-{key}"


def fault_place(path: str) -> tuple[int, str]:
    """The cell that a fault's path is about: `variants[1].title` is of column 2."""
    if path.startswith("variants["):
        index, _, key = path.removeprefix("variants[").partition("].")
        return int(index) + 1, key
    return 0, path


def as_csv(settings: Mapping[str, Any]) -> str:
    cells, heads = cells_of(settings), columns(settings)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["text", *map(guarded, heads)])
    for key in ROWS:
        writer.writerow([key, *(guarded(cells[column, key]) for column in range(len(heads)))])
    return out.getvalue()


def from_csv(settings: Mapping[str, Any], content: bytes) -> Cells:
    """Raises CsvFault when its columns are not those of the settings."""
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise CsvFault(f"This is no CSV in UTF-8: {error}.") from error
    heads = ["text", *columns(settings)]
    if not rows or [_plain(cell) for cell in rows[0]] != heads:
        raise CsvFault(
            f"The first row has to be: {', '.join(heads)}. Export it again: variants have changed."
        )
    return _cells(rows[1:], len(heads))


def _cells(rows: list[list[str]], width: int) -> Cells:
    cells: Cells = {}
    for number, row in enumerate(rows, 2):
        if not any(row):
            continue
        if row[0] not in ROWS or len(row) != width:
            raise CsvFault(
                f"Row {number} has to begin with one of {', '.join(ROWS)}, and have {width} cells."
            )
        for column, cell in enumerate(row[1:]):
            cells[column, row[0]] = _plain(cell).replace("\r\n", "\n")
    return cells


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell
