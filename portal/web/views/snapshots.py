"""Snapshots: the list, taking and uploading one, naming it, deleting it, and downloads."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from games import snapshots as domain
from games.admin_access import user_of
from games.exports import export_game
from games.models import Snapshot, Stage
from games.reading import LARGEST, TOO_LARGE, decode_document
from games.snapshots import LONGEST_NOTE
from games.validation import DocumentFaults
from portal.web.document_changes import summary_of
from portal.web.numbers import number_in
from portal.web.places import Place
from portal.web.rights import EDIT, MANAGE
from portal.web.shell import show
from portal.web.unpublished import unpublished

ROWS = 50
MOST_FAULTS = 50


class NamesForm(forms.Form):
    description = forms.CharField(label="Name", max_length=200)
    note = forms.CharField(
        label="Note", required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3})
    )


class UploadForm(forms.Form):
    file = forms.FileField(label="Game document", widget=forms.FileInput(attrs={"accept": ".json"}))
    description = forms.CharField(label="Name", max_length=200)


def snapshots(request: HttpRequest, place: Place) -> HttpResponse:
    form = NamesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        taken = domain.take(place.game, user_of(request), **form.cleaned_data)
        messages.success(request, f"{taken} was taken. Players notice nothing until it is published.")
        return HttpResponseRedirect(place.url("snapshots"))
    before = number_in(request.GET.get("before", ""), 0)
    rows = rows_of(place).filter(pk__lt=before) if before else rows_of(place)
    found = list(rows[: ROWS + 1])
    live = live_snapshot(place)
    context: dict[str, Any] = {
        "title": "Snapshots",
        "rows": [(row, place.url("snapshot", number=str(row.pk)), row.pk == live) for row in found[:ROWS]],
        "older": found[ROWS - 1].pk if len(found) > ROWS else None,
        "paged": bool(before),
        "live": live,
        "form": form if place.may(EDIT) else None,
        "faulty": form.is_bound,
        "may_edit": place.may(EDIT),
        "may_manage": place.may(MANAGE),
        "unpublished": unpublished(place.game),
    }
    return show(request, "portal/snapshots.html", context, place, 422 if form.is_bound else 200)


def snapshot(request: HttpRequest, place: Place, number: str) -> HttpResponse:
    row = found_snapshot(place, number)
    names = {"description": row.description, "note": row.note}
    form = NamesForm(request.POST if request.method == "POST" else None, initial=names)
    if request.method == "POST" and form.is_valid():
        domain.describe(row, user_of(request), **form.cleaned_data)
        messages.success(request, "Saved.")
        return HttpResponseRedirect(request.path)
    return _show_one(request, place, row, form)


def delete(request: HttpRequest, place: Place, number: str) -> HttpResponse:
    row = found_snapshot(place, number)
    try:
        if not request.POST.get("confirmed"):
            raise ValidationError("Not deleted: tick that it may go for good.")
        domain.delete(row, user_of(request))
    except ValidationError as error:
        return _show_one(request, place, row, NamesForm(), " ".join(error.messages))
    messages.success(request, f"{row} was deleted.")
    return HttpResponseRedirect(place.url("snapshots"))


def download(request: HttpRequest, place: Place, number: str) -> HttpResponse:
    row = found_snapshot(place, number)
    return _attachment(place, row.document, f"snapshot-{row.pk}")


def download_working(request: HttpRequest, place: Place) -> HttpResponse:
    return _attachment(place, export_game(place.game), "working-copy")


def upload(request: HttpRequest, place: Place) -> HttpResponse:
    """Keeps the document as a snapshot; what it would change is looked at there, before anything does."""
    posted = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if posted else UploadForm()
    faults: list[str] = []
    if posted and form.is_valid():
        try:
            text = _text(form.cleaned_data["file"])
            made = domain.upload(place.game, user_of(request), text, form.cleaned_data["description"])
        except DocumentFaults as refused:
            faults = refused.faults
        else:
            messages.success(request, "The document is kept. Nothing has changed yet: compare it first.")
            return HttpResponseRedirect(place.url("snapshot", number=str(made.pk)))
    context = {
        "title": "Upload a game document",
        "form": form,
        "faults": faults[:MOST_FAULTS],
        "more": max(0, len(faults) - MOST_FAULTS),
        "back": place.url("snapshots"),
    }
    return show(request, "portal/snapshots/upload.html", context, place, 422 if posted else 200)


def rows_of(place: Place) -> "QuerySet[Snapshot, Snapshot]":
    """The newest first; their documents, which may be large, stay where they are."""
    rows = Snapshot.objects.filter(game=place.game).select_related("author").defer("document", "versions")
    return rows.annotate(size=Length("document")).order_by("-id")


def found_snapshot(place: Place, number: str) -> Snapshot:
    """Raises Http404."""
    row = Snapshot.objects.select_related("game", "author").filter(game=place.game, pk=number).first()
    if row is None:
        raise Http404
    return row


def live_snapshot(place: Place) -> int | None:
    """The one that live runs."""
    stage = Stage.objects.filter(game=place.game, name="live")
    found: int | None = stage.values_list("snapshot_id", flat=True).get()
    return found


def _show_one(
    request: HttpRequest, place: Place, row: Snapshot, form: NamesForm, fault: str = ""
) -> HttpResponse:
    live = live_snapshot(place)
    working = domain.working_document(place.game)
    context: dict[str, Any] = {
        "title": str(row),
        "row": row,
        "size": len(row.document.encode()),
        "is_live": row.pk == live,
        "is_upload": row.source == Snapshot.Source.UPLOAD,
        "form": form,
        "faulty": form.is_bound,
        "fault": fault,
        "may_edit": place.may(EDIT),
        "may_manage": place.may(MANAGE),
        "against_working": summary_of(domain.snapshot_changes(domain.document_of(row), working)),
        "live": live,
    }
    return show(
        request, "portal/snapshots/one.html", context, place, 422 if request.method == "POST" else 200
    )


def _text(file: "UploadedFile[bytes]") -> str:
    if (file.size or 0) > LARGEST:
        raise DocumentFaults([TOO_LARGE])
    return decode_document(file.read())


def _attachment(place: Place, document: str, name: str) -> HttpResponse:
    answer = HttpResponse(document, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{place.game.api_key}-{name}.json"'
    return answer
