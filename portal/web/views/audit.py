"""Who changed what of the game."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from portal.web.audit_lines import FilterForm, as_csv, found, page
from portal.web.numbers import number_in
from portal.web.places import Place
from portal.web.shell import show


def audit(request: HttpRequest, place: Place) -> HttpResponse:
    form = FilterForm(request.GET)
    fine = form.is_valid()
    before = number_in(request.GET.get("before"), 0) or None
    lines, after = page(found(place.game, form.cleaned_data), before)
    question = request.GET.copy()
    question.pop("before", None)
    context: dict[str, Any] = {
        "title": "Audit log",
        "form": form,
        "lines": lines,
        "after": after,
        "newer": bool(before),
        "question": question.urlencode(),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return show(request, "portal/audit.html", context, place, 200 if fine else 422)


def audit_csv(request: HttpRequest, place: Place) -> HttpResponse:
    """What the filter finds, 50,000 lines at most."""
    form = FilterForm(request.GET)
    form.is_valid()
    lines = as_csv(found(place.game, form.cleaned_data))
    answer = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{place.game.api_key}-audit.csv"'
    return answer
