"""Changing a game's segments and segment queries: the admin, the portal and the import call these.

Each writes the change, its audit row when something changed, and lets preview compile anew.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction

from games.audit import record
from games.models import Game, User
from games.stages import touch
from players.models import Segment, SegmentQuery, SegmentValue
from players.segment_queries import compile_query

M = TypeVar("M", Segment, SegmentQuery)
Values = Mapping[str, Mapping[str, str]]


def save_segment(
    game: Game, short_code: str, actor: User | None, *, name: str = "", description: str = "", values: Values
) -> Segment:
    """`values` maps each value's short code to its `name` and `description`; values not named are deleted."""
    with transaction.atomic():
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
            record(actor, "segment.save", short_code, game, **fields, values=sorted(values))
            touch(game)
    return segment


def save_query(
    game: Game, short_code: str, actor: User | None, *, name: str = "", description: str = "", query: Any
) -> SegmentQuery:
    """Raises QueryFault for a tree that is not a query."""
    compile_query(query)
    with transaction.atomic():
        fields = {"name": name, "description": description, "query": query}
        saved, changed = _save(SegmentQuery, game, short_code, fields)
        if changed:
            record(actor, "segment_query.save", short_code, game, **fields)
            touch(game)
    return saved


def delete(row: Segment | SegmentQuery, actor: User | None) -> None:
    """Players keep the value they had, unseen; it is back if the segment returns."""
    with transaction.atomic():
        action = "segment.delete" if isinstance(row, Segment) else "segment_query.delete"
        record(actor, action, row.short_code, row.game)
        row.delete()
        touch(row.game)


def _save(model: type[M], game: Game, short_code: str, fields: dict[str, Any]) -> tuple[M, bool]:
    """The row, and whether it is new or different from before."""
    rows = model._default_manager
    row = rows.filter(game=game, short_code=short_code).first()
    if row is not None and all(getattr(row, name) == value for name, value in fields.items()):
        return row, False
    saved, _ = rows.update_or_create(game=game, short_code=short_code, defaults=fields)
    return saved, True
