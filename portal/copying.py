"""Copies every row of one database into another, whatever the two are: SQLite to PostgreSQL, or back.

Values go as they are stored, encrypted ones too, and never through the models' own code. Memory is constant:
rows are read by a cursor and written in chunks.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, JSONField, Model

from portal.second_database import NotUsable

CHUNK = 5_000
MADE_BY_MIGRATE = (
    "contenttypes",
    "auth",
)  # their rows are there in an empty installation, under ids of its own


@dataclass(frozen=True, slots=True)
class Copied:
    """How many rows of a table each side holds."""

    table: str
    source: int
    target: int


def copy_all(source: BaseDatabaseWrapper, target: BaseDatabaseWrapper) -> list[Copied]:
    """Copy in one transaction of the target. Raises NotUsable, and then nothing was written."""
    models = in_order_of_need()
    with transaction.atomic(using=source.alias), transaction.atomic(using=target.alias):
        _read_one_moment(source)
        _require_empty(target, models)
        _empty(target, models)
        _copy_tables(source, target, models)
        _reset_sequences(target, models)
        copied = [
            Copied(model._meta.db_table, _count(source, model), _count(target, model)) for model in models
        ]
        if lost := [each.table for each in copied if each.source != each.target]:
            raise NotUsable(f"Row counts differ in {', '.join(lost)}; nothing was copied.")
    if target.vendor == "postgresql":
        with target.cursor() as cursor:
            cursor.execute("ANALYZE")
    return copied


def _copy_tables(
    source: BaseDatabaseWrapper, target: BaseDatabaseWrapper, models: Sequence[type[Model]]
) -> None:
    copied: set[type[Model]] = set()
    needed: set[type[Model]] = set()
    for model in models:
        needed |= _referred(model)
        _check_references(target, at_once=needed <= copied)
        copied.add(model)
        try:
            with target.wrap_database_errors:
                _copy(model, source, target)
        except DatabaseError as error:
            reason = str(error).strip().splitlines()[0]
            raise NotUsable(f"{model._meta.db_table} cannot be copied: {reason}") from None


def in_order_of_need() -> list[type[Model]]:
    """Every model with a table, each after those that its rows refer to.

    Where models refer to each other, the one whose reference may be empty comes first.
    """
    models = [model for model in apps.get_models(include_auto_created=True) if _has_table(model)]
    needs = {model: _referred(model) for model in models}
    while True:
        try:
            return list(TopologicalSorter(needs).static_order())
        except CycleError as error:
            cycle = set(error.args[1])
            for model in cycle:
                needs[model] -= cycle & (_referred(model) - _referred(model, empty=False))


def _has_table(model: type[Model]) -> bool:
    """One of its own."""
    return model._meta.managed and not model._meta.proxy


def _referred(model: type[Model], empty: bool = True) -> set[type[Model]]:
    """The other models that its rows refer to; `empty=False` those alone that a row cannot do without."""
    fields = [
        field for field in model._meta.concrete_fields if field.is_relation and (empty or not field.null)
    ]
    found = {field.related_model for field in fields}
    return {each for each in found if isinstance(each, type) and each is not model}


def _read_one_moment(source: BaseDatabaseWrapper) -> None:
    """SQLite's transaction is one already; it keeps others from writing, too."""
    if source.vendor == "postgresql":
        with source.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def _require_empty(target: BaseDatabaseWrapper, models: Sequence[type[Model]]) -> None:
    for model in models:
        if model._meta.app_label in MADE_BY_MIGRATE:
            continue
        with target.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {_quoted(target, model)} LIMIT 1")
            if cursor.fetchone():
                raise NotUsable(
                    f"{target.alias} is not empty ({model._meta.db_table} has rows): it must be a new "
                    "database that only `manage.py migrate` has touched."
                )


def _empty(target: BaseDatabaseWrapper, models: Sequence[type[Model]]) -> None:
    """Delete what migrate made, so that the source's ids fit."""
    with target.cursor() as cursor:
        for model in reversed(models):
            if model._meta.app_label in MADE_BY_MIGRATE:
                cursor.execute(f"DELETE FROM {_quoted(target, model)}")


def _check_references(target: BaseDatabaseWrapper, at_once: bool) -> None:
    """`at_once`: chunk by chunk, so that PostgreSQL need not remember each row until the commit."""
    if target.vendor == "postgresql":
        with target.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL {'IMMEDIATE' if at_once else 'DEFERRED'}")


def _copy(model: type[Model], source: BaseDatabaseWrapper, target: BaseDatabaseWrapper) -> None:
    converters = [_converter(field, source, target) for field in model._meta.concrete_fields]
    write = _write_by_copy if target.vendor == "postgresql" else _write_by_insert
    for chunk in _chunks(model, source):
        write(
            model,
            target,
            [[convert(value) for convert, value in zip(converters, row, strict=True)] for row in chunk],
        )


def _chunks(model: type[Model], source: BaseDatabaseWrapper) -> Iterator[Sequence[Sequence[Any]]]:
    with source.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {_columns(source, model)} FROM {_quoted(source, model)}")
        while chunk := cursor.fetchmany(CHUNK):
            yield chunk


def _converter(
    field: "Field[Any, Any]", source: BaseDatabaseWrapper, target: BaseDatabaseWrapper
) -> Callable[[Any], Any]:
    """From the source's form of a value to the target's. JSON is text in both."""
    column = field.get_col(field.model._meta.db_table)
    readers = source.ops.get_db_converters(column)

    def convert(value: Any) -> Any:
        for reader in readers:
            value = reader(value, column, source)
        if isinstance(field, JSONField):
            return value
        return field.get_db_prep_value(value, target, prepared=True)

    return convert


def _write_by_copy(model: type[Model], target: BaseDatabaseWrapper, rows: Sequence[Sequence[Any]]) -> None:
    with target.cursor() as cursor:
        statement = f"COPY {_quoted(target, model)} ({_columns(target, model)}) FROM STDIN"
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


def _write_by_insert(model: type[Model], target: BaseDatabaseWrapper, rows: Sequence[Sequence[Any]]) -> None:
    places = ", ".join(["%s"] * len(model._meta.concrete_fields))
    with target.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {_quoted(target, model)} ({_columns(target, model)}) VALUES ({places})", rows
        )


def _reset_sequences(target: BaseDatabaseWrapper, models: Sequence[type[Model]]) -> None:
    with target.cursor() as cursor:
        for statement in target.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)


def _count(connection: BaseDatabaseWrapper, model: type[Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {_quoted(connection, model)}")
        return int(cursor.fetchone()[0])


def _quoted(connection: BaseDatabaseWrapper, model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _columns(connection: BaseDatabaseWrapper, model: type[Model]) -> str:
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in model._meta.concrete_fields)
