"""A page of the portal: its address, its view, and the right that it takes to read and to change.

Every address is made here, so no view can be reached without these checks: signed in, a member (404 for
everybody else), with the right (403).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from games.models import User
from portal.web import signed_in
from portal.web.places import Place, find_place
from portal.web.policy import bind
from portal.web.rights import READ, Right
from portal.web.views import errors

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Page:
    """`read` and `change` are for GET and POST; None: the method is refused.

    Pages of a game get a Place after the request, others nothing. `anonymous` ones are open to strangers.
    `entry` is the group and the label of the navigation's entry, where there is one.
    """

    route: str
    name: str
    view: View
    read: Right | None = READ
    change: Right | None = None
    anonymous: bool = False
    entry: tuple[str, str] | None = None

    @property
    def of_game(self) -> bool:
        return "<key:api_key>" in self.route

    @property
    def of_stage(self) -> bool:
        return "<stage:stage>" in self.route

    @property
    def methods(self) -> list[str]:
        return [name for name, right in (("GET", self.read), ("POST", self.change)) if right]

    def pattern(self) -> URLPattern:
        return path(self.route, self.answer, name=self.name)

    def answer(self, request: HttpRequest, **address: str) -> HttpResponse:
        try:
            response = self._answer(request, address)
        except Http404:
            response = errors.page(request, 404)
        return bind(request, response)

    def _answer(self, request: HttpRequest, address: dict[str, str]) -> HttpResponse:
        right = self.change if request.method == "POST" else self.read
        if right is None or request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(self.methods)
        if self.anonymous:
            return self.view(request, **address)
        if not isinstance(request.user, User):
            return _to_sign_in(request)
        signed_in.keep_up(request, request.user)
        if request.user.temporary_password and self.name not in ("password", "sign-out"):
            return HttpResponseRedirect(reverse("portal:password"))
        if not self.of_game:
            return self.view(request, **address)
        place = self._place(request.user, address)
        if not place.may(right):
            return errors.page(request, 403, place)
        return self.view(request, place, **address)

    def _place(self, user: User, address: dict[str, Any]) -> Place:
        """Takes the game and the stage out of the address."""
        return find_place(user, address.pop("api_key"), address.pop("stage", ""))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):  # for a part of a page, into which the sign-in page must not come
        return HttpResponse(status=401)
    here = {"next": request.get_full_path()} if request.method == "GET" else {}
    address = reverse("portal:sign-in")
    return HttpResponseRedirect(f"{address}?{urlencode(here)}" if here.get("next", "/") != "/" else address)
