"""The translators' grid of a message, and its texts as CSV."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from messaging.message_settings import SettingsFault, check
from portal.web.message_editing import Subject, subject
from portal.web.message_phrases import sent_when
from portal.web.message_texts import (
    LARGEST_FILE,
    ROWS,
    Cell,
    Cells,
    CsvFault,
    as_csv,
    cells_of,
    cells_sent,
    columns,
    fault_place,
    field_name,
    from_csv,
    with_cells,
)
from portal.web.places import Place
from portal.web.rights import EDIT
from portal.web.shell import show
from portal.web.views.message import list_url, save


def message_texts(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    of = subject(place.game, key)
    if request.method != "POST":
        return _show(request, place, of, cells_of(of.settings))
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile):
        return _read_file(request, place, of, file)
    cells = cells_sent(of.settings, request.POST)
    try:
        settings = check(of.game, with_cells(of.settings, cells))
    except SettingsFault as error:
        return _show(request, place, of, cells, error.faults, status=422)
    return save(request, place, of, settings, request.POST.get("note", "")[:200])


def message_texts_csv(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    of = subject(place.game, key)
    answer = HttpResponse(as_csv(of.settings), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{place.game.api_key}-{key}.csv"'
    return answer


def _read_file(request: HttpRequest, place: Place, of: Subject, file: "UploadedFile[Any]") -> HttpResponse:
    """Into the grid, to be looked at and saved."""
    cells = cells_of(of.settings)
    try:
        if (file.size or 0) > LARGEST_FILE:
            raise CsvFault("The file is larger than 1 MB.")
        cells |= from_csv(of.settings, file.read())
    except CsvFault as fault:
        return _show(request, place, of, cells, status=422, file_fault=str(fault))
    return _show(request, place, of, cells, from_file=True)


def _show(
    request: HttpRequest,
    place: Place,
    of: Subject,
    cells: Cells,
    faults: list[str] | None = None,
    status: int = 200,
    file_fault: str = "",
    from_file: bool = False,
) -> HttpResponse:
    placed = {fault_place(path): words for path, _, words in (each.partition(": ") for each in faults or ())}
    rows = _rows(of, cells, placed)
    context: dict[str, Any] = {
        "title": f"Translations of {of.key}",
        "of": of,
        "when": sent_when(of.key),
        "list_url": list_url(place, of.key),
        "base": request.POST.get("version", of.number),
        "columns": columns(of.settings),
        "grid": rows,
        "faults": [(cell, cell.fault) for _, row in rows for cell in row if cell.fault],
        "file_fault": file_fault,
        "from_file": from_file,
        "changed": sum(cell.changed for _, row in rows for cell in row),
        "may_edit": place.may(EDIT),
    }
    return show(request, "portal/message/texts.html", context, place, status)


def _rows(of: Subject, cells: Cells, faults: dict[tuple[int, str], str]) -> list[tuple[str, list[Cell]]]:
    saved, heads = cells_of(of.settings), columns(of.settings)

    def cell(column: int, key: str) -> Cell:
        text = cells[column, key]
        return Cell(
            name=field_name(column, key),
            label=f"{ROWS[key]}, {heads[column]}",
            text=text,
            placeholder=cells[0, key] if column else "",
            long=key == "template",
            fault=faults.get((column, key), ""),
            changed=text != saved[column, key],
        )

    return [(label, [cell(column, key) for column in range(len(heads))]) for key, label in ROWS.items()]
