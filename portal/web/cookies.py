"""Middleware: the developers' pages have a session and a CSRF cookie of their own, for the path `/`.

Django knows one name and path for each, which are the operators' below `/ops/`. On other pages the portal's
cookies are handed to Django under those names, and what it sets goes out under the portal's: signing in to
the one signs nobody in to the other.
"""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

OPS = "/ops/"


@sync_and_async_middleware
def portal_cookies(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponse:
            if is_ops(request):
                untouched: HttpResponse = await get_response(request)
                return untouched
            _take(request)
            return _give(await get_response(request))

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponse:
        if is_ops(request):
            untouched: HttpResponse = get_response(request)
            return untouched
        _take(request)
        return _give(get_response(request))

    return synchronous


def is_ops(request: HttpRequest) -> bool:
    """Whether the operators' admin answers it."""
    return request.path.startswith(OPS)


def _names() -> list[tuple[str, str]]:
    """(Django's, the portal's)."""
    return [
        (settings.SESSION_COOKIE_NAME, settings.PORTAL_SESSION_COOKIE),
        (settings.CSRF_COOKIE_NAME, settings.PORTAL_CSRF_COOKIE),
    ]


def _take(request: HttpRequest) -> None:
    for django_name, name in _names():
        request.COOKIES.pop(django_name, None)
        if name in request.COOKIES:
            request.COOKIES[django_name] = request.COOKIES[name]


def _give(response: HttpResponse) -> HttpResponse:
    for django_name, name in _names():
        if (set_now := response.cookies.pop(django_name, None)) is not None:
            response.cookies[name] = set_now.value
            response.cookies[name].update(set_now)
            response.cookies[name]["path"] = "/"
    return response
