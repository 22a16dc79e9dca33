"""What an answer says that is none: `{"error": sentence, "faults": ["path: what is wrong", …]}`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError
from ninja.errors import ValidationError as Unfit

from games.conflicts import Conflict
from games.uses import StillUsed
from games.validation import DocumentFaults
from messaging.settings_shape import SettingsFault
from messaging.trial_sends import NotSendable
from players.segment_queries import QueryFault
from portal.api.access import Forbidden, TooOften

REFUSALS: dict[type[Exception], tuple[int, str]] = {
    AuthenticationError: (401, "This takes an access token that has not expired."),
    Forbidden: (403, "The token's role does not allow this."),
    Http404: (404, "There is no such thing."),
    TooOften: (429, "Too many requests; try again in a second."),
}
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "1"}}


class Fault(Schema):
    error: str
    faults: list[str] = []


def install(api: NinjaAPI) -> None:
    """Has the API answer every error of the domain in one form."""

    def answer(request: HttpRequest, error: Any) -> HttpResponse:
        return _answer(api, request, error)

    for kind in (
        *REFUSALS,
        Unfit,
        Conflict,
        ValidationError,
        DocumentFaults,
        SettingsFault,
        QueryFault,
        StillUsed,
        NotSendable,
    ):
        api.add_exception_handler(kind, answer)


def _answer(api: NinjaAPI, request: HttpRequest, error: Exception) -> HttpResponse:
    status, sentence, faults = _said(error)
    response = api.create_response(request, {"error": sentence, "faults": faults}, status=status)
    for name, value in HEADERS.get(status, {}).items():
        response[name] = value
    return response


def _said(error: Exception) -> tuple[int, str, list[str]]:
    match error:
        case Unfit():
            return (
                422,
                "The request does not fit.",
                [f"{_path(each['loc'])}: {each['msg']}" for each in error.errors],
            )
        case Conflict():
            return (
                409,
                f"{error.number} is current now: read it, and send your change again from there.",
                [],
            )
        case DocumentFaults() | SettingsFault() | QueryFault():
            return 422, "It would not work so.", list(error.faults)
        case ValidationError():
            return 422, "It would not work so.", list(error.messages)
        case StillUsed():
            return 409, "It is still used.", [f"{use.kind} {use.name}" for use in error.uses]
        case NotSendable():
            return 422, str(error), []
    status, sentence = next(REFUSALS[kind] for kind in REFUSALS if isinstance(error, kind))
    return status, sentence, []


def _path(place: tuple[object, ...]) -> str:
    return ".".join(map(str, place[1:] if place[:1] and place[0] in ("body", "query", "path") else place))
