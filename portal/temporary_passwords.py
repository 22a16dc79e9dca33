"""Middleware: an operator whose password somebody else made chooses one before anything is shown."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import sync_and_async_middleware

Visitor = AbstractBaseUser | AnonymousUser


@sync_and_async_middleware
def temporary_passwords(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponse:
            if _guards(request) and (elsewhere := _elsewhere(request, await request.auser())):
                return elsewhere
            response: HttpResponse = await get_response(request)
            return response

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponse:
        if _guards(request) and (elsewhere := _elsewhere(request, request.user)):
            return elsewhere
        response: HttpResponse = get_response(request)
        return response

    return synchronous


def _guards(request: HttpRequest) -> bool:
    """Only the admin's pages, so that no other request has its session read."""
    return request.path.startswith(settings.LOGIN_REDIRECT_URL)


def _elsewhere(request: HttpRequest, user: Visitor) -> HttpResponse | None:
    if not getattr(user, "temporary_password", False):
        return None
    change = reverse("admin:password_change")
    if request.path in (change, reverse("admin:logout"), reverse("admin:jsi18n")):
        return None
    return HttpResponseRedirect(change)
