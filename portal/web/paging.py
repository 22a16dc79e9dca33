"""Links between the pages of a list that is read from the newest on: none of them counts what there is."""

from dataclasses import dataclass

from django.http import HttpRequest

BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Pager:
    """Addresses, "" where there is nothing to go to."""

    older: str = ""
    newest: str = ""


def before(request: HttpRequest) -> str:
    """The id behind which the page begins, "" for the first one."""
    return request.GET.get(BEFORE, "").replace("\0", "")[:24]


def pager(request: HttpRequest, older: str) -> Pager:
    """`older`: the id behind which the next page begins, "" where there is none."""
    newest = _address(request, "") if before(request) else ""
    return Pager(_address(request, older) if older else "", newest)


def _address(request: HttpRequest, behind: str) -> str:
    """The same question, from another place."""
    question = request.GET.copy()
    question.pop(BEFORE, None)
    if behind:
        question[BEFORE] = behind
    return f"?{question.urlencode()}"
