"""Buttons of the operators' admin that change something: each asks first, acts by POST, and needs a role."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
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

        return _button(view, label, role, icon, danger)

    return decorate


Data = dict[str, Any]
FormDetail = Callable[[Any, HttpRequest, Any, Data], str]


def form_action(
    label: str, form_of: Callable[[Any], type[forms.Form]], role: Role, icon: str = ""
) -> Callable[[FormDetail], View]:
    """Makes `method(self, request, row, data)` a button of the row's page that at least `role` sees.

    A GET shows the form `form_of(row)`; a POST with good values calls the method, which returns a sentence
    that says what it did. Its ValidationErrors are shown in the form.
    """

    def decorate(method: FormDetail) -> View:
        @wraps(method)
        def view(admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
            row = admin.find(request, object_id)
            if not admin.allows(request, row, role):
                raise PermissionDenied
            form = form_of(row)(request.POST if request.method == "POST" else None)
            if form.is_valid():
                try:
                    messages.success(request, method(admin, request, row, form.cleaned_data))
                    return HttpResponseRedirect(admin.page_of(row))
                except ValidationError as error:
                    form.add_error(None, error)
            return _page(admin, request, row, "ops/form.html", title=label, form=form)

        return _button(view, label, role, icon)

    return decorate


def _button(view: View, label: str, role: Role, icon: str, danger: bool = False) -> View:
    marked: Any = view
    marked.role, marked.short_description, marked.icon = role, label, icon
    marked.attrs, marked.variant = {}, ActionVariant.DANGER if danger else ActionVariant.DEFAULT
    return view


def _page(admin: Any, request: HttpRequest, row: Model, template: str, **more: Any) -> TemplateResponse:
    context = {
        **admin.admin_site.each_context(request),
        "original": row,
        "opts": admin.opts,
        "back": admin.page_of(row),
        **more,
    }
    return TemplateResponse(request, template, context)


def _ask(
    admin: Any, request: HttpRequest, row: Model, label: str, question: str, danger: bool
) -> HttpResponse:
    return _page(admin, request, row, "ops/confirm.html", title=label, question=question, danger=danger)


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
