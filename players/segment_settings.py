"""Changing a game's segments and segment queries: the admin, the portal and the import call these.

Each writes the change, its audit row when something changed, and lets preview compile anew.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import transaction

from games import saved_versions
from games.audit import record
from games.models import Game, User
from games.stages import touch
from games.uses import StillUsed
from players import segment_history
from players.models import Segment, SegmentQuery, SegmentValue
from players.segment_queries import compile_query
from players.segment_uses import Part, needs_of

M = TypeVar("M", Segment, SegmentQuery)
Values = Mapping[str, Mapping[str, str]]


def save_segment(
    game: Game,
    short_code: str,
    actor: User | None,
    *,
    name: str = "",
    description: str = "",
    values: Values,
    expected: int | None = None,
) -> Segment:
    """`values` maps each value's short code to its `name` and `description`; values not named are deleted.

    `expected` is the version that these were edited from (games.saved_versions). Raises Conflict.
    """
    with transaction.atomic():
        saved_versions.ensure_current(game, segment_history.SEGMENT, short_code, expected)
        fields = {"name": name, "description": description}
        segment, changed = _save(Segment, game, short_code, fields)
        kept = {value.short_code: value for value in segment.values.all()}
        for gone in kept.keys() - values.keys():
            kept[gone].delete()
            changed = True
        for code, wanted in values.items():
            row = kept.get(code)
            if row is None or (row.name, row.description) != (wanted["name"], wanted["description"]):
                SegmentValue.objects.update_or_create(segment=segment, short_code=code, defaults={**wanted})
                changed = True
        if changed:
            kept_values = {code: dict(values[code]) for code in sorted(values)}
            record(actor, segment_history.SEGMENT, short_code, game, **fields, values=kept_values)
            touch(game)
    return segment


def edit_segment(
    game: Game,
    short_code: str,
    actor: User | None,
    *,
    values: Values,
    expected: int | None = None,
    **words: str,
) -> Segment:
    """The same by somebody's hand: raises StillUsed where a value that goes is needed, and Conflict first.

    `words` are the name and the description.
    """
    with transaction.atomic():
        saved_versions.ensure_current(game, segment_history.SEGMENT, short_code, expected)
        rows = SegmentValue.objects.filter(segment__game=game, segment__short_code=short_code)
        _ensure_unused(game, short_code, set(rows.values_list("short_code", flat=True)) - values.keys())
        return save_segment(game, short_code, actor, values=values, expected=expected, **words)


def save_query(
    game: Game,
    short_code: str,
    actor: User | None,
    *,
    name: str = "",
    description: str = "",
    query: Any,
    expected: int | None = None,
) -> SegmentQuery:
    """Raises QueryFault for a tree that is not a query, and Conflict; `expected` as of save_segment."""
    compile_query(query)
    with transaction.atomic():
        saved_versions.ensure_current(game, segment_history.QUERY, short_code, expected)
        fields = {"name": name, "description": description, "query": query}
        saved, changed = _save(SegmentQuery, game, short_code, fields)
        if changed:
            record(actor, segment_history.QUERY, short_code, game, **fields)
            touch(game)
    return saved


def delete(row: Segment | SegmentQuery, actor: User | None) -> None:
    """Players keep the value they had, unseen; it is back if the segment returns."""
    with transaction.atomic():
        action = "segment.delete" if isinstance(row, Segment) else "segment_query.delete"
        record(actor, action, row.short_code, row.game)
        row.delete()
        touch(row.game)


def delete_unused(row: Segment | SegmentQuery, actor: User | None) -> None:
    """The same by somebody's hand: raises StillUsed with everything that needs it."""
    is_segment = isinstance(row, Segment)
    part = Part(segment=row.short_code) if is_segment else Part(query=row.short_code)
    if needs := needs_of(row.game, [part]):
        raise StillUsed(needs)
    delete(row, actor)


def _ensure_unused(game: Game, segment: str, values: Iterable[str]) -> None:
    if needs := needs_of(game, [Part(segment=segment, value=value) for value in sorted(values)]):
        raise StillUsed(needs)


def _save(model: type[M], game: Game, short_code: str, fields: dict[str, Any]) -> tuple[M, bool]:
    """The row, and whether it is new or different from before."""
    rows = model._default_manager
    row = rows.filter(game=game, short_code=short_code).first()
    if row is not None and all(getattr(row, name) == value for name, value in fields.items()):
        return row, False
    saved, _ = rows.update_or_create(game=game, short_code=short_code, defaults=fields)
    return saved, True
