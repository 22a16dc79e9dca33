"""Pages about what did not work. Those of the operators' admin stay Django's own."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import escape
from django.views import csrf, defaults

from portal.api.mounting import PREFIX
from portal.web.cookies import is_ops
from portal.web.policy import bind
from portal.web.shell import show
from protocol.log_context import log_fields

if TYPE_CHECKING:
    from portal.web.places import Place

WORDS = {
    403: (
        "Not allowed",
        "Your role in this game does not allow this. An administrator of the game can change it.",
    ),
    404: ("Not found", "There is no such page, or it belongs to a game that you do not work on."),
    419: (
        "Form expired",
        "This form was open for too long, or cookies are switched off. Go back and try again.",
    ),
    429: ("Too many requests", "This was asked for too often. Go back, wait a second and try again."),
    500: ("Something failed", "The fault is in the server's log. Nothing was changed by this request."),
}


def page(request: HttpRequest, status: int, place: "Place | None" = None, words: int = 0) -> HttpResponse:
    title, sentence = WORDS[words or status]
    return show(request, "portal/error.html", {"title": title, "sentence": sentence}, place, status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_ops(request):
        return defaults.page_not_found(request, exception)
    if request.path.startswith(PREFIX):
        return JsonResponse({"error": "There is no such address.", "faults": []}, status=404)
    return bind(request, page(request, 404))


def failed(request: HttpRequest) -> HttpResponse:
    if is_ops(request):
        return defaults.server_error(request)
    if request.path.startswith(PREFIX):
        return JsonResponse({"error": WORDS[500][1], "faults": []}, status=500)
    return bind(request, HttpResponse(_static_page(500), status=500))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if is_ops(request):
        django_page: HttpResponse = csrf.csrf_failure(request, reason)
        return django_page
    return bind(request, page(request, 403, words=419))


def _static_page(status: int) -> str:
    """Without a template, a session or a database: one of them may be what failed. It names the request, as
    the lines in the log do."""
    title, sentence = WORDS[status]
    request_id = log_fields().get("request", "")
    where = f"<p>Request <code>{escape(request_id)}</code></p>" if request_id else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} · Flint</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/static/portal/portal.css"></head>'
        f'<body><main class="frame-alone"><section class="empty"><h1>{title}</h1><p>{sentence}</p>{where}'
        '<p><a class="primary" href="/">Your games</a></p></section></main></body></html>'
    )
