"""Segments with their values: the list, editing one, two who save the same, deletion."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import OuterRef, Prefetch, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from games import saved_versions
from games.admin_access import user_of
from games.conflicts import Conflict
from games.models import STAGES, Game, Stage
from games.uses import StillUsed
from players import segment_settings
from players.models import Segment, SegmentValue
from players.query_answers import Estimate, first_look
from players.segment_history import SEGMENT
from players.segment_queries import compile_query
from players.segment_uses import Part, all_uses, uses_of
from portal.web.clashes import Clash, clash, with_picks
from portal.web.numbers import number_in
from portal.web.places import Place
from portal.web.rights import EDIT
from portal.web.segment_deleting import delete_by_hand
from portal.web.segment_form import (
    PREFIX,
    CsvFault,
    NewSegmentForm,
    SegmentForm,
    ValueForms,
    from_csv,
    value_forms,
)
from portal.web.shell import show

DELETED = "Players keep the value they have, unseen: it is back if the segment returns."
MOST = 200  # that are listed
COUNTED = 30  # values whose players are counted
SHOWN = 6  # values in a row of the list
WITHOUT_SAVING = ("add", "read", "redraw")


@dataclass(frozen=True, slots=True)
class Row:
    segment: Segment
    values: list[str]
    more: int
    uses: int
    url: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many players have a value, by stage."""

    code: str
    counts: list[Estimate]


def segments(request: HttpRequest, place: Place) -> HttpResponse:
    found = list(
        Segment.objects.filter(game=place.game).order_by("short_code").prefetch_related("values")[:MOST]
    )
    uses = all_uses(place.game, [Part(segment=row.short_code) for row in found])
    context = {
        "title": "Segments",
        "rows": [_row(place, row, len(uses[Part(segment=row.short_code)])) for row in found],
        "may_edit": place.may(EDIT),
        "new_url": place.url("segment-new"),
    }
    return show(request, "portal/segments.html", context, place)


def _row(place: Place, segment: Segment, uses: int) -> Row:
    codes = sorted(value.short_code for value in segment.values.all())
    url = place.url("segment", code=segment.short_code)
    return Row(segment, codes[:SHOWN], max(len(codes) - SHOWN, 0), uses, url)


def new(request: HttpRequest, place: Place) -> HttpResponse:
    sending = request.method == "POST"
    form = NewSegmentForm(place.game, request.POST if sending else None)
    if not sending:
        return _show(request, place, form, value_forms({}, 2), None)
    values, drawn = _values(request)
    if drawn:
        form = NewSegmentForm(place.game, initial=request.POST.dict())
        return _show(request, place, form, values, None, unsaved=True)
    if not (form.is_valid() and values.is_valid()):
        return _show(request, place, form, values, None, 422)
    given = dict(form.cleaned_data)
    code = given.pop("short_code")
    segment_settings.save_segment(place.game, code, user_of(request), values=values.values(), **given)
    messages.success(request, f"{code} was added; preview knows it now.")
    return HttpResponseRedirect(place.url("segment", code=code))


def segment(request: HttpRequest, place: Place, code: str) -> HttpResponse:
    row = subject(place.game, code)
    if request.method != "POST":
        return _saved(request, place, row)
    if "delete" in request.POST:
        try:
            return delete_by_hand(request, place, row, DELETED)
        except StillUsed as used:
            return _saved(request, place, row, used)
    values, drawn = _values(request)
    if drawn:
        form = SegmentForm(initial=request.POST.dict())
        return _show(request, place, form, values, row, unsaved=True)
    form = SegmentForm(request.POST)
    if not (form.is_valid() and values.is_valid()):
        return _show(request, place, form, values, row, 422)
    return _save(request, place, row, {**form.cleaned_data, "values": values.values()})


def subject(game: Game, code: str) -> Segment:
    """With its values, by their codes, and the ids of its game's stages: `preview_id` and `live_id`.

    Raises Http404 for one that the game has not.
    """
    stages = Stage.objects.filter(game=OuterRef("game"))
    ids = {_id_of(name): Subquery(stages.filter(name=name).values("pk")) for name in STAGES}
    rows = Segment.objects.filter(game=game, short_code=code).annotate(**ids).select_related("game")
    row = rows.prefetch_related(Prefetch("values", SegmentValue.objects.order_by("short_code"))).first()
    if row is None:
        raise Http404
    return row


def _save(request: HttpRequest, place: Place, row: Segment, written: Mapping[str, Any]) -> HttpResponse:
    base = number_in(request.POST.get("version", ""), 0)
    yours = with_picks(_document(row), written, request.POST)
    yours["values"] = {code: value for code, value in yours["values"].items() if value}
    try:
        segment_settings.edit_segment(row.game, row.short_code, user_of(request), expected=base, **yours)
    except StillUsed as used:
        form = SegmentForm(initial=dict(yours))
        return _show(request, place, form, value_forms(yours["values"]), row, 422, used=used)
    except Conflict as found:
        return _show_clash(request, place, row, base, found.number, yours)
    now = saved_versions.number_of(row.game, SEGMENT, row.short_code)
    said = "Nothing had changed." if now == base else f"Saved as version {now}; preview runs it now."
    messages.success(request, said)
    closing = "close" in request.POST
    return HttpResponseRedirect(place.url("segments") if closing else request.get_full_path())


def _show_clash(
    request: HttpRequest, place: Place, row: Segment, base: int, number: int, yours: dict[str, Any]
) -> HttpResponse:
    game, code = row.game, row.short_code
    edited = saved_versions.version(game, SEGMENT, code, base)
    current = saved_versions.version(game, SEGMENT, code, number)
    before = _compared(edited.document) if edited else {}
    documents = (before, _document(subject(game, code)), yours)
    found = clash("segment", (base, current), documents, _label, place.url("segment", code=code))
    merged = {name: value for name, value in found.merged["values"].items() if value}
    form = SegmentForm(initial=found.merged)
    return _show(request, place, form, value_forms(merged), row, 409, clash=found)


def _values(request: HttpRequest) -> tuple[Any, bool]:
    """The rows that were sent; and whether the form is to be drawn again, with another or with a file's."""
    values = ValueForms(request.POST, prefix=PREFIX)
    if not any(name in request.POST for name in WITHOUT_SAVING):
        return values, False
    values.is_valid()
    sent = {
        form["code"].value(): {"name": form["name"].value(), "description": form["description"].value()}
        for form in values.forms
        if form["code"].value() and not form["DELETE"].value()
    }
    file = request.FILES.get("file")
    if "read" in request.POST and isinstance(file, UploadedFile):
        try:
            sent |= from_csv(file.read(256 * 1024 + 1))
        except CsvFault as fault:
            messages.error(request, f"Nothing was read. {fault}")
    return value_forms(sent, 1 if "add" in request.POST else 0), True


def _document(row: Segment) -> dict[str, Any]:
    values = {
        each.short_code: {"name": each.name, "description": each.description} for each in row.values.all()
    }
    return {"name": row.name, "description": row.description, "values": values}


def _compared(saved: Mapping[str, Any]) -> dict[str, Any]:
    """A version of before values were kept whole has only their codes."""
    values = saved["values"]
    return {**saved, "values": values if isinstance(values, dict) else {}}


def _label(path: str) -> str:
    first, _, code = path.partition(".")
    return f"Value {code}" if code else first.capitalize()


def _saved(request: HttpRequest, place: Place, row: Segment, used: StillUsed | None = None) -> HttpResponse:
    document = _document(row)
    form = SegmentForm(initial=document)
    return _show(request, place, form, value_forms(document["values"]), row, 422 if used else 200, used=used)


def _show(
    request: HttpRequest,
    place: Place,
    form: SegmentForm,
    values: Any,
    row: Segment | None,
    status: int = 200,
    clash: Clash | None = None,
    used: StillUsed | None = None,
    unsaved: bool = False,
) -> HttpResponse:
    may_edit = place.may(EDIT)
    if not may_edit:
        for each in (form, *values.forms):
            for field in each.fields.values():
                field.disabled = True
    current = saved_versions.number_of(place.game, SEGMENT, row.short_code) if row else 0
    fresh = request.method != "POST" or clash is not None
    context = {
        "title": row.short_code if row else "New segment",
        "row": row,
        "form": form,
        "values": values,
        "base": current if fresh else number_in(request.POST.get("version", ""), current),
        "faulty": status == 422 and used is None,
        "unsaved": unsaved or status in (409, 422),
        "clash": clash,
        "used": used,
        "uses": uses_of(place.game, Part(segment=row.short_code)) if row else [],
        "counted": _counted(row) if row else [],
        "counted_on": STAGES,
        "may_edit": may_edit,
        "list_url": place.url("segments"),
        "key": f"{place.game.api_key}/segment/{row.short_code if row else 'new'}",
    }
    return show(request, "portal/segment.html", context, place, status)


def _counted(row: Segment) -> list[Counted]:
    codes = [value.short_code for value in row.values.all()][:COUNTED]
    queries = {code: compile_query({"segment": row.short_code, "is": code}) for code in codes}
    looks = [first_look(getattr(row, _id_of(name)), queries) for name in STAGES] if queries else []
    return [Counted(code, [look[code] for look in looks]) for code in queries]


def _id_of(stage: str) -> str:
    return f"{stage}_id"
