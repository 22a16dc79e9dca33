"""The one base of the operators' pages: a row is shown to those who work on its game, and to nobody else.

Everything is denied until a class allows it: no role may add, change or delete, only listed filters filter,
and a class that lets rows be saved says through which domain function.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.options import ShowFacets
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import ForeignKey, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst

from games.admin_access import Role, game_id_of, game_ids, games_with, may, may_anywhere
from games.models import AuditEntry, Game, Stage

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin, TabularInline

    BaseAdmin = ModelAdmin[Any]
    BaseInline = TabularInline[Any, Any]
else:
    from unfold.admin import ModelAdmin as BaseAdmin
    from unfold.admin import TabularInline as BaseInline

MOST_PAGES = 100
MOST_ENTRIES = 100


class OpenPage(Page):  # type: ignore[type-arg]
    """A page that does not know how many follow: an empty one is the last."""

    def has_next(self) -> bool:
        return len(self.object_list) > 0 and super().has_next()


class InfinitePaginator(Paginator):  # type: ignore[type-arg]
    """Never counts; ends after MOST_PAGES, so that nobody can ask for an offset of millions.

    unfold leaves the number of rows out of a page whose paginator has this name.
    """

    template_name = "unfold/helpers/pagination_infinite.html"

    @property
    def count(self) -> int:
        return int(self.per_page) * MOST_PAGES

    def _get_page(self, *args: Any, **kwargs: Any) -> OpenPage:
        return OpenPage(*args, **kwargs)


class GameScopedAdmin(BaseAdmin):
    """`game_path` leads from the model to its game, as in a query; "" where the model is the game.

    `lookups` are filters that links of other pages use, beside those of `list_filter`.
    """

    game_path = "game"
    view_role = Role.VIEWER
    add_role: Role | None = None
    change_role: Role | None = None
    delete_role: Role | None = None
    lookups: Sequence[str] = ()

    actions: Sequence[Any] = ()
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    paginator = InfinitePaginator
    list_fullwidth = True
    delete_confirmation_template = "ops/delete.html"

    # --- who may do what ---------------------------------------------------------------------------------

    def allows(self, request: HttpRequest, row: Model | None, role: Role | None) -> bool:
        """Whether the user has the role on the row's game, or without a row on any game."""
        if role is None:
            return False
        if row is None:
            return may_anywhere(request, role)
        return may(request, self.game_id(row), role)

    def game_id(self, row: Model) -> int | None:
        """The game that a row belongs to; None: the installation's own."""
        return game_id_of(row, self.game_path)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allows(request, obj, self.view_role)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, None, self.add_role)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allows(request, obj, self.change_role)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allows(request, obj, self.delete_role)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Called after its rows: "Select … to view" says nothing to whoever looks for a tab."""
        title = {"title": capfirst(str(self.opts.verbose_name_plural))}
        return super().changelist_view(request, title | (extra_context or {}))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        row = self.find(request, str(object_id))
        buttons: list[Any] = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        return [each for each in buttons if self.allows(request, row, each.method.role)]

    def permitted(self, request: HttpRequest, rows: Iterable[Any], role: Role) -> list[Any]:
        """Of a bulk action's rows those on whose game the user has the role; says how many are left out."""
        chosen = list(rows)
        allowed = [row for row in chosen if self.allows(request, row, role)]
        if len(allowed) < len(chosen):
            messages.warning(request, f"Left out {len(chosen) - len(allowed)} for which you have no right.")
        return allowed

    # --- which rows there are ----------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        lookup = f"{self.game_path}__in" if self.game_path else "pk__in"
        return rows.filter(**{lookup: game_ids(request, self.view_role)})

    def find(self, request: HttpRequest, object_id: str) -> Any:
        """The row, or 404: the same for a row of a foreign game as for none."""
        row = self.get_object(request, unquote(object_id))
        if row is None or not self.has_view_permission(request, row):
            raise Http404
        return row

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        raise Http404

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what is named: a filter over any column would answer questions about hidden ones."""
        return lookup in {*self.lookups, *self._filter_names()}

    def _filter_names(self) -> Iterable[str]:
        named: Sequence[Any] = self.list_filter
        for each in named:
            if isinstance(each, str):
                yield from (each, f"{each}__exact")
            elif hasattr(each, "parameter_name"):
                yield each.parameter_name

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs["queryset"] = self._choices(db_field.related_model, request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _choices(self, model: Any, request: HttpRequest) -> QuerySet[Any]:
        role = self.add_role or self.change_role or Role.OWNER
        if model is Game:
            return games_with(request, role)
        if model is Stage:
            return Stage.objects.select_related("game").filter(game__in=games_with(request, role))
        nothing: QuerySet[Any] = model._default_manager.none()
        return nothing

    # --- pages -------------------------------------------------------------------------------------------

    def page_of(self, row: Model) -> str:
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[row.pk])

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """What a domain function refuses after the form was found good becomes a message."""
        context = {"show_save_and_add_another": False, **(extra_context or {})}
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(request.get_full_path())

    def audit_target(self, row: Any) -> str:
        """How the audit names the row."""
        return str(row)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The audit's entries about the row: the admin keeps no log of its own."""
        row = self.find(request, object_id)
        entries = AuditEntry.objects.filter(game=self.game_id(row), target=self.audit_target(row))
        context = {
            **self.admin_site.each_context(request),
            "title": "History",
            "original": row,
            "opts": self.opts,
            "entries": entries[:MOST_ENTRIES],
            "back": self.page_of(row),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "ops/history.html", context)

    # --- saving goes through domain functions ------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        raise PermissionDenied

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: inlines only show, unless a class saves theirs."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        raise PermissionDenied

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        raise PermissionDenied

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """The row alone: the domain function decides what goes with it."""
        return [str(each) for each in objs], {}, set(), []

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """What changed is for the audit to say; the inlines were not saved."""
        return []

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The domain function wrote the audit; a second log would outlive the user's right to read it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """As log_addition."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """As log_addition."""


class ShownInline(BaseInline):
    """Rows shown on the page of what they belong to; changed on pages of their own."""

    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
