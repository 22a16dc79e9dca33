"""Buttons of the operators' admin that change something: each asks first, acts by POST, and needs a role."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from unfold.enums import ActionVariant

from games.admin_access import Role

Detail = Callable[[Any, HttpRequest, Any], HttpResponse | None]
View = Callable[[Any, HttpRequest, str], HttpResponse]


def detail_action(
    label: str, question: str, role: Role, icon: str = "", danger: bool = False
) -> Callable[[Detail], View]:
    """Makes `method(self, request, row)` a button of the row's page that at least `role` sees.

    A GET shows `question`; a POST calls the method, which says what it did by a message and may answer with
    a page of its own. Its ValidationErrors are shown as messages.
    """

    def decorate(method: Detail) -> View:
        @wraps(method)
        def view(admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
            row = admin.find(request, object_id)
            if not admin.allows(request, row, role):
                raise PermissionDenied
            if request.method != "POST":
                return _ask(admin, request, row, label, question, danger)
            try:
                answer = method(admin, request, row)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
                answer = None
            return answer or HttpResponseRedirect(admin.page_of(row))

        marked: Any = view
        marked.role, marked.short_description, marked.icon = role, label, icon
        marked.attrs, marked.variant = {}, ActionVariant.DANGER if danger else ActionVariant.DEFAULT
        return view

    return decorate


def _ask(
    admin: Any, request: HttpRequest, row: Model, label: str, question: str, danger: bool
) -> HttpResponse:
    context = {
        **admin.admin_site.each_context(request),
        "title": label,
        "original": row,
        "opts": admin.opts,
        "question": question,
        "danger": danger,
        "back": admin.page_of(row),
    }
    return TemplateResponse(request, "ops/confirm.html", context)


def show_secrets(
    admin: Any, request: HttpRequest, row: Model, title: str, secrets: dict[str, str]
) -> HttpResponse:
    """A page that shows secrets this once: they are in no cookie, session, redirect or cache."""
    context = {
        **admin.admin_site.each_context(request),
        "title": title,
        "original": row,
        "opts": admin.opts,
        "secrets": secrets,
        "back": admin.page_of(row),
    }
    return TemplateResponse(request, "ops/secrets.html", context, headers={"Cache-Control": "no-store"})
