"""The sections of a game's configuration: lists of their items, and each item in a form of its own."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from games.admin.asked_game import asked_game
from games.admin.filters import GameFilter
from games.admin.item_page import ItemPage
from games.admin_access import Role, games_with, may, user_of
from games.models import Game, StoredSection
from games.scoped_admin import GameScopedAdmin
from games.section_items import ItemFaults, delete_item, find_item, item_sections, items_of

PLACE = "admin:games_storedsection"


@admin.register(StoredSection)
class StoredSectionAdmin(GameScopedAdmin):
    """What has no items of its own is shown as it was imported, and changed by importing it."""

    list_display = ("name", "game")
    list_select_related = ("game",)
    list_filter = (GameFilter,)
    search_fields = ("name",)
    fields = ("game", "name", "data")

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        of_section = "game/<int:game_id>/<str:section>/"
        item = f"{of_section}<str:code>/"
        return [
            path(of_section, wrap(self.items_view), name="games_storedsection_items"),
            path(f"{of_section}add/item/", wrap(self.add_view_of), name="games_storedsection_add_item"),
            path(item, wrap(self.item_view), name="games_storedsection_item"),
            path(f"{item}delete/", wrap(self.delete_item_view), name="games_storedsection_delete_item"),
            *super().get_urls(),
        ]

    # --- which game, which section -----------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """One game's sections; which game is asked for where there are several."""
        if request.method != "GET":
            raise Http404
        games, game = asked_game(request)
        context = {"games": games, "game": game, "rows": _sections_of(game) if game else ()}
        return self._show(request, "sections", "Configuration", game, context)

    def items_view(self, request: HttpRequest, game_id: int, section: str) -> HttpResponse:
        game = self._game(request, game_id, section)
        rows = [
            (item, _address("item", game, section, item["shortCode"])) for item in items_of(game, section)
        ]
        context = {
            "game": game,
            "rows": rows,
            "may_save": may(request, game.pk, Role.EDITOR),
            "add_url": _address("add_item", game, section),
            "back": _overview(game),
        }
        return self._show(request, "section_items", title_of(section), game, context)

    # --- one item ----------------------------------------------------------------------------------------

    def add_view_of(self, request: HttpRequest, game_id: int, section: str) -> HttpResponse:
        game = self._game(request, game_id, section)
        return self._page(request, ItemPage(request, game, section, None))

    def item_view(self, request: HttpRequest, game_id: int, section: str, code: str) -> HttpResponse:
        game = self._game(request, game_id, section)
        if find_item(game, section, code) is None:
            raise Http404
        return self._page(request, ItemPage(request, game, section, code))

    def _page(self, request: HttpRequest, page: ItemPage) -> HttpResponse:
        may_save = may(request, page.game.pk, Role.EDITOR)
        back = _address("items", page.game, page.name)
        if request.method == "POST":
            if not may_save:
                raise PermissionDenied
            if page.save():
                return HttpResponseRedirect(back)
        elif page.code is None and not may_save:
            raise PermissionDenied
        context = {**page.context(), "game": page.game, "may_save": may_save, "back": back}
        if page.code is not None:
            context["delete_url"] = _address("delete_item", page.game, page.name, page.code)
        title = page.code or f"Add to {title_of(page.name).lower()}"
        return self._show(request, "section_item", title, page.game, context)

    def delete_item_view(self, request: HttpRequest, game_id: int, section: str, code: str) -> HttpResponse:
        """Asks first. What is in use stays, and its users are named."""
        game = self._game(request, game_id, section)
        if not may(request, game.pk, Role.EDITOR):
            raise PermissionDenied
        if find_item(game, section, code) is None:
            raise Http404
        if request.method == "POST":
            try:
                delete_item(game, section, code, user_of(request))
            except ItemFaults as faults:
                messages.error(request, f"{code} is in use: {'; '.join(faults.others)}.")
                return HttpResponseRedirect(_address("item", game, section, code))
            messages.success(request, f"{code} was deleted; preview runs without it now.")
            return HttpResponseRedirect(_address("items", game, section))
        context = {
            "question": f"{code} goes out of preview now, and out of live when it is published. Delete it?",
            "danger": True,
            "back": _address("item", game, section, code),
        }
        return self._show(request, "confirm", "Delete", game, context)

    def _game(self, request: HttpRequest, game_id: int, section: str) -> Game:
        game = games_with(request).filter(pk=game_id).first()
        if game is None or section not in item_sections():
            raise Http404
        return game

    def _show(
        self, request: HttpRequest, template: str, title: str, game: Game | None, context: dict[str, Any]
    ) -> HttpResponse:
        common = {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": game.name if game else None,
            "opts": self.opts,
        }
        return TemplateResponse(request, f"ops/{template}.html", common | context)


def title_of(section: str) -> str:
    """`virtualGoods` → `Virtual goods`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in section).capitalize()


def _sections_of(game: Game) -> list[tuple[str, str, int]]:
    """Title, address and number of items of each section: one question, whatever their number."""
    stored = dict(StoredSection.objects.filter(game=game).values_list("name", "data"))
    return [
        (title_of(name), _address("items", game, name), len(stored.get(name, ()))) for name in item_sections()
    ]


def _address(place: str, game: Game, *rest: str) -> str:
    return reverse(f"{PLACE}_{place}", args=[game.pk, *rest])


def _overview(game: Game) -> str:
    return f"{reverse(f'{PLACE}_changelist')}?game={game.pk}"
