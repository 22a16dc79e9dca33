"""Middleware: the API's addresses are loaded by the first request for one.

Its library takes as long to load as half of all others: no start and no command waits for it.
"""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

PREFIX = "/api/"
URLCONF = "portal.api.urls"


@sync_and_async_middleware
def api_addresses(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponse:
            _route(request)
            response: HttpResponse = await get_response(request)
            return response

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponse:
        _route(request)
        response: HttpResponse = get_response(request)
        return response

    return synchronous


def _route(request: HttpRequest) -> None:
    if request.path.startswith(PREFIX):
        request.urlconf = URLCONF
