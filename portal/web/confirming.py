"""Asks before something is done that cannot be undone: on a page of its own, which needs no scripts."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from portal.web.places import Place
from portal.web.shell import show

SURE = "sure"


@dataclass(frozen=True, slots=True)
class Question:
    """`does` is the button's word. With `typed`, that text has to be typed."""

    title: str
    sentence: str
    does: str
    back: str
    typed: str = ""


def ask_first(request: HttpRequest, place: Place, question: Question) -> HttpResponse | None:
    """The question, which sends the same form again; None once the user is sure."""
    wrong = ""
    if SURE in request.POST:
        if not question.typed or request.POST.get("typed", "").strip() == question.typed:
            return None
        wrong = f"That is not {question.typed}."
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", SURE, "typed")
    ]
    context = {"title": question.title, "question": question, "sent": sent, "wrong": wrong}
    return show(request, "portal/confirm.html", context, place, 422 if wrong else 200)
