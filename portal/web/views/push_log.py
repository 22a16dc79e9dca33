"""The push log: every attempt to push, by filters, and the latest ones by what came of them."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.web.numbers import number_in
from portal.web.places import Place
from portal.web.push_log import (
    MOST_NEW,
    OUTCOMES,
    SEARCHED,
    Asked,
    LogPage,
    as_csv,
    by_code,
    count_new,
    newest,
    page_of,
    waiting,
)
from portal.web.rights import EXPORT_PLAYERS, SEE_PAYLOADS
from portal.web.shell import show
from push.providers import Provider
from push.transports.registry import TRANSPORTS


class FilterForm(forms.Form):
    provider = forms.ChoiceField(
        label="Provider",
        required=False,
        choices=[("", "All"), *((each, Provider(each).label) for each in TRANSPORTS)],
    )
    outcome = forms.ChoiceField(
        label="Outcome",
        required=False,
        choices=[("", "All"), *((name, look.word) for name, (look, _) in OUTCOMES.items())],
    )
    code = forms.CharField(label="Code", required=False, max_length=60)
    player = forms.CharField(label="Player", required=False, max_length=200)
    device = forms.CharField(label="Device id", required=False, max_length=24)
    message = forms.CharField(label="Message", required=False, max_length=64)


def push_log(request: HttpRequest, place: Place) -> HttpResponse:
    stage, form = place.found_stage(), FilterForm(request.GET)
    asked = Asked(**form.cleaned_data) if form.is_valid() else None
    before = number_in(request.GET.get("before", ""), 0) or None
    page = page_of(stage, asked, before, place.may(SEE_PAYLOADS)) if asked else LogPage([], None)
    context: dict[str, Any] = {
        "title": "Push log",
        "form": form,
        "page": page,
        "filtered": bool(asked and asked.any) or not asked,
        "paged": before is not None,
        "older": _question(request, page.older),
        "newest": _question(request, None),
        "csv_url": _csv_url(request, place) if asked and place.may(EXPORT_PLAYERS) else "",
        "tail_url": _tail_url(request, place, newest(page)) if asked and before is None else "",
        "searched": f"{SEARCHED:,}",
        "waiting": waiting(stage),
        "trace_url": place.url("trace", place.stage),
        "push_url": place.url("push", place.stage),
        **_tabs(place, "log"),
    }
    return show(request, "portal/push/log.html", context, place, 200 if asked else 422)


def push_csv(request: HttpRequest, place: Place) -> HttpResponse:
    """What the filter finds."""
    form = FilterForm(request.GET)
    if not form.is_valid():
        return push_log(request, place)
    lines = as_csv(place.found_stage(), Asked(**form.cleaned_data))
    answer = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    name = f"{place.game.api_key}-{place.stage}-pushes"
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def push_tail(request: HttpRequest, place: Place) -> HttpResponse:
    """How many attempts came since the page was drawn; `paused`: it asks no more. With `count` that alone."""
    form, after = FilterForm(request.GET), number_in(request.GET.get("after", ""), 0)
    found = count_new(place.found_stage(), Asked(**form.cleaned_data), after) if form.is_valid() else 0
    url, paused = _tail_url(request, place, after), "paused" in request.GET
    context = {
        "count": f"{MOST_NEW:,}+" if found > MOST_NEW else f"{found:,}" if found else "",
        "paused": paused,
        "first": f"{place.url('push-log', place.stage)}{_question(request, None)}",
        "url": url,
    }
    template = "portal/push/tail_count.html" if "count" in request.GET else "portal/push/tail.html"
    return render(request, template, context)


def push_codes(request: HttpRequest, place: Place) -> HttpResponse:
    lines, since = by_code(place.found_stage())
    log = place.url("push-log", place.stage)
    context = {
        "title": "Push log by code",
        "lines": [(line, f"{log}?{urlencode(_filters(line))}") for line in lines],
        "since": since,
        "searched": f"{SEARCHED:,}",
        **_tabs(place, "codes"),
    }
    return show(request, "portal/push/codes.html", context, place)


def _filters(line: Any) -> dict[str, str]:
    return {"provider": line.provider, "code": line.code, "outcome": line.outcome}


def _csv_url(request: HttpRequest, place: Place) -> str:
    return f"{place.url('push-csv', place.stage)}{_question(request, None)}"


def _tail_url(request: HttpRequest, place: Place, after: int) -> str:
    question = _question(request, None)
    joint = "&" if len(question) > 1 else ""
    return f"{place.url('push-tail', place.stage)}{question}{joint}after={after}"


def _tabs(place: Place, current: str) -> dict[str, Any]:
    return {
        "tabs": [
            ("Attempts", place.url("push-log", place.stage), current == "log"),
            ("By code", place.url("push-codes", place.stage), current == "codes"),
        ]
    }


def _question(request: HttpRequest, before: int | None) -> str:
    """The filters of this page's address, for the page that begins there."""
    given = {name: value for name, value in request.GET.items() if name in FilterForm.base_fields and value}
    return f"?{urlencode(given | ({'before': before} if before is not None else {}))}"
