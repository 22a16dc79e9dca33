"""Segment queries: their list, the builder, saving one, two who save the same, deletion."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from games.admin_access import user_of
from games.conflicts import Conflict
from games.models import Game
from games.models.credentials import SHORT_CODE_PATTERN
from games.uses import StillUsed
from players import segment_settings
from players.models import SegmentQuery
from players.query_answers import Estimate, first_look
from players.query_words import sentence_of
from players.segment_queries import compile_query
from players.segment_uses import Part, all_uses, uses_of
from portal.web.clashes import Clash, clash, with_picks
from portal.web.numbers import number_in
from portal.web.places import Place
from portal.web.query_pages import (
    PRESETS,
    builder_page,
    current_number,
    document_of,
    read,
    segments_of,
    subject,
    version,
    written,
)
from portal.web.rights import EDIT
from portal.web.segment_deleting import delete_by_hand
from portal.web.shell import show

DELETED = "Preview forgets it at once; live when somebody publishes. Its history stays in the audit."
MOST = 200  # that are listed
COUNTED = 50
WRONG = "Up to 50 letters, digits, _ and -."
LABELS = {"name": "Name", "description": "Description", "query": "Query"}


class QueryForm(forms.Form):
    name = forms.CharField(label="Name", max_length=80)
    description = forms.CharField(
        label="Description", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    query = forms.CharField(
        label="Query as JSON",
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )

    def __init__(self, game: Game, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.game = game

    def clean_query(self) -> Any:
        compiled, faults = read(self.cleaned_data["query"], segments_of(self.game))
        if compiled is None:
            raise forms.ValidationError(faults)
        return dict(compiled.tree)


class NewQueryForm(QueryForm):
    short_code = forms.CharField(
        label="Short code",
        max_length=50,
        help_text="Variants, broadcasts, scripts and requests name it so. It stays for good.",
        validators=[RegexValidator(SHORT_CODE_PATTERN, WRONG)],
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    field_order = ("short_code", "name", "description", "query")

    def clean_short_code(self) -> str:
        code: str = self.cleaned_data["short_code"]
        if SegmentQuery.objects.filter(game=self.game, short_code=code).exists():
            raise forms.ValidationError("The game has a query of this short code.")
        return code


@dataclass(frozen=True, slots=True)
class Row:
    query: SegmentQuery
    sentence: str
    count: Estimate | None
    uses: int
    url: str


def queries(request: HttpRequest, place: Place) -> HttpResponse:
    rows = list(SegmentQuery.objects.filter(game=place.game).order_by("short_code")[:MOST])
    compiled = {row.short_code: compile_query(row.query) for row in rows[:COUNTED]}
    counts = first_look(place.game.stage("preview").pk, compiled)
    uses = all_uses(place.game, [Part(query=row.short_code) for row in rows])
    context = {
        "title": "Segment queries",
        "rows": [
            Row(
                query=row,
                sentence=sentence_of(row.query),
                count=counts.get(row.short_code),
                uses=len(uses[Part(query=row.short_code)]),
                url=place.url("query", code=row.short_code),
            )
            for row in rows
        ],
        "presets": [(f"{place.url('query-new')}?preset={key}", words) for key, (words, _) in PRESETS.items()],
        "may_edit": place.may(EDIT),
        "new_url": place.url("query-new"),
    }
    return show(request, "portal/queries.html", context, place)


def new(request: HttpRequest, place: Place) -> HttpResponse:
    name, tree = PRESETS.get(request.GET.get("preset", ""), ("", {"all": []}))
    form = NewQueryForm(place.game, request.POST or None, initial={"name": name, "query": written(tree)})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        code = given.pop("short_code")
        segment_settings.save_query(place.game, code, user_of(request), **given)
        messages.success(request, f"{code} was added; preview knows it now.")
        return HttpResponseRedirect(place.url("query", code=code))
    return _show(request, place, form, None, 422 if request.method == "POST" else 200)


def query(request: HttpRequest, place: Place, code: str) -> HttpResponse:
    row = subject(place.game, code)
    if request.method != "POST":
        return _show(request, place, _saved_form(row), row)
    if "delete" in request.POST:
        try:
            return delete_by_hand(request, place, row, DELETED)
        except StillUsed as used:
            return _show(request, place, _saved_form(row), row, 422, used=used)
    form = QueryForm(place.game, request.POST)
    if not form.is_valid():
        return _show(request, place, form, row, 422)
    return _save(request, place, row, form)


def _save(request: HttpRequest, place: Place, row: SegmentQuery, form: QueryForm) -> HttpResponse:
    base = number_in(request.POST.get("version", ""), 0)
    yours = with_picks(document_of(_document(row)), document_of(form.cleaned_data), request.POST)
    tree, _ = read(str(yours["query"]))
    assert tree is not None  # each of the two was checked
    given = {"name": yours["name"], "description": yours["description"], "query": dict(tree.tree)}
    try:
        segment_settings.save_query(row.game, row.short_code, user_of(request), expected=base, **given)
    except Conflict as found:
        return _show_clash(request, place, row, base, found.number, yours)
    now = current_number(row.game, row.short_code)
    said = "Nothing had changed." if now == base else f"Saved as version {now}; preview runs it now."
    messages.success(request, said)
    closing = "close" in request.POST
    return HttpResponseRedirect(place.url("queries") if closing else request.get_full_path())


def _show_clash(
    request: HttpRequest, place: Place, row: SegmentQuery, base: int, number: int, yours: dict[str, Any]
) -> HttpResponse:
    edited, current = (version(row.game, row.short_code, each) for each in (base, number))
    theirs = document_of(_document(subject(row.game, row.short_code)))
    before = document_of(edited.document) if edited else {}
    url = place.url("query", code=row.short_code)
    found = clash("query", (base, current), (before, theirs, yours), lambda path: LABELS.get(path, path), url)
    form = QueryForm(place.game, initial=found.merged)
    return _show(request, place, form, row, 409, found)


def _document(row: SegmentQuery) -> dict[str, Any]:
    return {"name": row.name, "description": row.description, "query": row.query}


def _saved_form(row: SegmentQuery) -> QueryForm:
    return QueryForm(row.game, initial=document_of(_document(row)))


def _show(
    request: HttpRequest,
    place: Place,
    form: QueryForm,
    row: SegmentQuery | None,
    status: int = 200,
    found: Clash | None = None,
    used: StillUsed | None = None,
) -> HttpResponse:
    may_edit = place.may(EDIT)
    if not may_edit:
        for field in form.fields.values():
            field.disabled = True
    current = current_number(place.game, row.short_code) if row else 0
    fresh = request.method != "POST" or found is not None or used is not None
    tree, faults = read(str(form["query"].value() or ""))
    context = {
        "title": row.short_code if row else "New query",
        "row": row,
        "form": form,
        "base": current if fresh else number_in(request.POST.get("version", ""), current),
        "number": current,
        "sentence": sentence_of(tree.tree) if tree else "",
        "faults_of_query": faults,
        "faulty": status == 422 and used is None,
        "unsaved": status in (409, 422) and used is None,
        "clash": found,
        "used": used,
        "uses": uses_of(place.game, Part(query=row.short_code)) if row else [],
        "may_edit": may_edit,
        "list_url": place.url("queries"),
        "test_urls": {stage: place.url("query-test", stage) for stage in ("preview", "live")},
        "query_page": builder_page(place),
        "key": f"{place.game.api_key}/query/{row.short_code if row else 'new'}",
    }
    return show(request, "portal/query.html", context, place, status)
