"""The game document's sections about players."""

from collections.abc import Mapping
from typing import Any

from games.models import Game, User
from games.sections import CompileContext, Faults, Section, register
from games.shapes import Check, Default, anything, rows, text
from players import segment_settings
from players.models import Segment, SegmentQuery
from players.seed_section import CODE, PlayersSection, segment_codes
from players.segment_queries import CompiledQuery, check_query, compile_query

_NAMED: dict[str, Check | Default] = {
    "shortCode": CODE,
    "name": Default("", text(255)),
    "description": Default("", text(2000)),
}
SEGMENTS = rows({**_NAMED, "values": Default([], rows(_NAMED))})
QUERIES = rows({**_NAMED, "query": anything})


class SegmentsSection(Section):
    """Compiles to `{segment: frozenset of values}`, short codes all."""

    name = "segments"

    def export(self, game: Game) -> Any:
        found = Segment.objects.filter(game=game).order_by("short_code").prefetch_related("values")
        return [
            _named(segment)
            | {
                "values": [
                    _named(value) for value in sorted(segment.values.all(), key=lambda row: row.short_code)
                ]
            }
            for segment in found
        ]

    def validate(self, data: Any, faults: Faults, document: Mapping[str, Any]) -> None:
        SEGMENTS(data, faults.at(self.name))

    def apply(self, game: Game, data: Any, author: User | None) -> None:
        items = SEGMENTS(data, Faults())
        for item in items:
            values = {
                value["shortCode"]: {"name": value["name"], "description": value["description"]}
                for value in item["values"]
            }
            segment_settings.save_segment(
                game,
                item["shortCode"],
                author,
                name=item["name"],
                description=item["description"],
                values=values,
            )
        for row in _others(Segment, game, items):
            segment_settings.delete(row, author)

    def compile(self, data: Any, context: CompileContext) -> Any:
        return segment_codes(data)


class SegmentQueriesSection(Section):
    """Compiles to `{short code: CompiledQuery}`."""

    name = "segmentQueries"
    needs = ("segments",)

    def export(self, game: Game) -> Any:
        found = SegmentQuery.objects.filter(game=game).order_by("short_code")
        return [_named(row) | {"query": row.query} for row in found]

    def validate(self, data: Any, faults: Faults, document: Mapping[str, Any]) -> None:
        here = faults.at(self.name)
        QUERIES(data, here)
        known = segment_codes(document.get("segments"))
        for index, item in enumerate(data if isinstance(data, list) else []):
            if isinstance(item, dict) and "query" in item:
                check_query(item["query"], here.at(index).at("query"), known)

    def apply(self, game: Game, data: Any, author: User | None) -> None:
        items = QUERIES(data, Faults())
        for item in items:
            segment_settings.save_query(
                game,
                item["shortCode"],
                author,
                name=item["name"],
                description=item["description"],
                query=item["query"],
            )
        for row in _others(SegmentQuery, game, items):
            segment_settings.delete(row, author)

    def compile(self, data: Any, context: CompileContext) -> dict[str, CompiledQuery]:
        return {item["shortCode"]: compile_query(item["query"]) for item in data}


def _named(row: Any) -> dict[str, Any]:
    return {"shortCode": row.short_code, "name": row.name, "description": row.description}


def _others(model: Any, game: Game, items: list[dict[str, Any]]) -> list[Any]:
    """The rows that the document does not name."""
    kept = [item["shortCode"] for item in items]
    return list(model.objects.filter(game=game).exclude(short_code__in=kept))


register(SegmentsSection())
register(SegmentQueriesSection())
register(PlayersSection())
