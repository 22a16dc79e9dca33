"""The recycle bin: a deleted game answers nothing and keeps everything for ten days, then it is gone.

Its API key stays taken meanwhile. What such a game's stages run is nothing (games.config).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from graphlib import TopologicalSorter

from django.apps import apps
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from games.audit import record
from games.models import STAGES, Collaborator, Game, User
from games.stages import bump

KEPT = timedelta(days=10)
OF_STAGE = "stage__game"  # how the way of a stage's rows ends
BATCH = 500  # rows that a turn of the sweep deletes

AnyModel = type[models.Model]


class Gone(Exception):
    """The game is not in the bin any more: restored by somebody else, or swept."""


def delete_game(game: Game, actor: User | None) -> None:
    """Into the bin. Its sockets are closed within seconds (realtime.shutting)."""
    with transaction.atomic():
        deleted = Game.objects.filter(pk=game.pk, deleted=None).update(deleted=timezone.now())
        if deleted:
            record(actor, "game.deleted", game.api_key, game)
            bump(game, STAGES)


def restore_game(game: Game, actor: User | None) -> None:
    """As it was. Raises Gone."""
    with transaction.atomic():
        if not Game.objects.filter(pk=game.pk, deleted__gt=timezone.now() - KEPT).update(deleted=None):
            raise Gone
        record(actor, "game.restored", game.api_key, game)
        bump(game, STAGES)


def recycled_of(user: User) -> "QuerySet[Game]":
    """Those that the user may restore: their own, all for a superuser. The first to go comes first."""
    rows = Game.objects.filter(deleted__gt=timezone.now() - KEPT).order_by("deleted", "id")
    if user.is_superuser:
        return rows
    return rows.filter(collaborators__user=user, collaborators__role=Collaborator.Role.OWNER)


def kept_until(game: Game) -> datetime:
    assert game.deleted is not None
    return game.deleted + KEPT


def sweep() -> bool:
    """Delete a batch of rows of a game whose time in the bin is over, the game itself last. True while there
    is more to do.

    Rows go before those that they refer to, so that no statement takes more with it than it names.
    """
    game = Game.objects.filter(deleted__lte=timezone.now() - KEPT).order_by("deleted").first()
    if game is None:
        return False
    for model, path in _tables():
        rows: QuerySet[models.Model] = QuerySet(model).filter(**{path: game})
        found = list(rows.order_by().values_list("pk", flat=True)[:BATCH])
        if found:
            QuerySet(model).filter(pk__in=found).delete()
            return True
    with transaction.atomic():
        record(None, "game.swept", game.api_key)
        game.delete()
    return True


@cache
def _tables() -> list[tuple[AnyModel, str]]:
    """Every table that leads to a game, with the way there: each before those that it refers to, and what
    belongs to a stage before the configuration, which may be named by many rows."""
    paths = dict(_found_paths())
    graph: dict[AnyModel, set[AnyModel]] = {model: set() for model in paths}
    for model in paths:
        for field in _references(model):
            if field.related_model in graph and field.related_model is not model:
                graph[field.related_model].add(model)
    ordered = [(model, paths[model]) for model in TopologicalSorter(graph).static_order()]
    return sorted(ordered, key=lambda table: not table[1].endswith(OF_STAGE))


def _found_paths() -> Iterator[tuple[AnyModel, str]]:
    """The shortest ways, from the game outwards."""
    ways: dict[AnyModel, str] = {Game: ""}
    left = [model for model in apps.get_models() if not model._meta.proxy and model is not Game]
    while True:
        found = {model: way for model in left if (way := _way(model, ways)) is not None}
        if not found:
            return
        yield from found.items()
        ways |= found
        left = [model for model in left if model not in found]


def _way(model: AnyModel, ways: dict[AnyModel, str]) -> str | None:
    for field in _references(model):
        if field.related_model in ways and field.remote_field.on_delete is models.CASCADE:
            return f"{field.name}__{ways[field.related_model]}".removesuffix("__")
    return None


def _references(model: AnyModel) -> "Iterator[models.ForeignKey[models.Model]]":
    """By which a row goes with another, or keeps it."""
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete in (
            models.CASCADE,
            models.RESTRICT,
        ):
            yield field
