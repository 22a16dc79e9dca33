"""List filters that offer only what the user may see: Django's own would list every game's rows."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from games.admin_access import games_with
from games.models import Stage

MOST_CHOICES = 200


class GameFilter(SimpleListFilter):
    """For a model with a game."""

    title = "game"
    parameter_name = "game"
    path = "game"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = games_with(request).order_by("name", "id").values_list("id", "name")[:MOST_CHOICES]
        return [(str(pk), name) for pk, name in rows]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return _only(queryset, self.path, self.value())


class StageFilter(SimpleListFilter):
    """For a model with a stage."""

    title = "stage"
    parameter_name = "stage"
    path = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = Stage.objects.filter(game__in=games_with(request)).select_related("game")
        return [(str(row.pk), str(row)) for row in rows.order_by("game__name", "-name")[:MOST_CHOICES]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return _only(queryset, self.path, self.value())


def _only(rows: QuerySet[Any], path: str, value: str | None) -> QuerySet[Any]:
    if value is None:
        return rows
    return rows.filter(**{path: int(value)}) if value.isdecimal() and len(value) < 19 else rows.none()
