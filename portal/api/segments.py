"""Segments and segment queries of the working copy."""

from typing import Annotated, Any, TypeVar

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import Field, Path, Router, Schema, Status

from games.models import Game
from games.models.credentials import SHORT_CODE_PATTERN
from games.sections import Faults
from players.models import Segment, SegmentQuery
from players.segment_queries import QueryFault, check_query
from players.segment_settings import delete_unused, edit_segment, save_query
from portal.api.access import enter, user_of
from portal.api.faults import Fault
from portal.web.query_pages import segments_of
from portal.web.rights import EDIT
from portal.web.segment_form import MOST_VALUES

router = Router(tags=["Segments"])
CODE = SHORT_CODE_PATTERN
Code = Annotated[str, Path(pattern=CODE)]
M = TypeVar("M", Segment, SegmentQuery)


class Value(Schema):
    short_code: str = Field(alias="shortCode", pattern=CODE)
    name: str = Field("", max_length=255)
    description: str = Field("", max_length=2000)


class SegmentSettings(Schema):
    name: str = Field("", max_length=100)
    description: str = Field("", max_length=500)
    values: list[Value] = Field(max_length=MOST_VALUES)


class SegmentLine(SegmentSettings):
    short_code: str = Field(alias="shortCode")


class QuerySettings(Schema):
    name: str = Field("", max_length=100)
    description: str = Field("", max_length=500)
    query: dict[str, Any] = Field(description='such as `{"all": [{"segment": "COUNTRY", "is": "FR"}]}`')


class QueryLine(QuerySettings):
    short_code: str = Field(alias="shortCode")


@router.get("/games/{api_key}/segments", response=list[SegmentLine], by_alias=True)
def list_segments(request: HttpRequest, api_key: str) -> Any:
    rows = Segment.objects.filter(game=enter(request, api_key).game).prefetch_related("values")
    return [_segment(row) for row in rows.order_by("short_code")]


@router.put("/games/{api_key}/segments/{code}", response={200: SegmentLine, 422: Fault}, by_alias=True)
def put_segment(request: HttpRequest, api_key: str, code: Code, given: SegmentSettings) -> Any:
    """Makes it, or makes it exactly this: values that are left out are deleted."""
    place = enter(request, api_key, EDIT)
    values = {each.short_code: {"name": each.name, "description": each.description} for each in given.values}
    user, name, about = user_of(request), given.name, given.description
    return _segment(edit_segment(place.game, code, user, name=name, description=about, values=values))


@router.delete("/games/{api_key}/segments/{code}", response={204: None, 404: Fault, 409: Fault})
def delete_segment(request: HttpRequest, api_key: str, code: Code) -> Any:
    """Players keep the value they had, unseen; it is back if the segment returns."""
    game = enter(request, api_key, EDIT).game
    delete_unused(_one(Segment.objects.filter(game=game, short_code=code)), user_of(request))
    return Status(204, None)


@router.get("/games/{api_key}/queries", response=list[QueryLine], by_alias=True)
def list_queries(request: HttpRequest, api_key: str) -> Any:
    rows = SegmentQuery.objects.filter(game=enter(request, api_key).game)
    return [_query(row) for row in rows.order_by("short_code")]


@router.put("/games/{api_key}/queries/{code}", response={200: QueryLine, 422: Fault}, by_alias=True)
def put_query(request: HttpRequest, api_key: str, code: Code, given: QuerySettings) -> Any:
    """Makes it, or makes it exactly this."""
    place = enter(request, api_key, EDIT)
    _check_query(place.game, given.query)
    user, name, about = user_of(request), given.name, given.description
    return _query(save_query(place.game, code, user, name=name, description=about, query=given.query))


@router.delete("/games/{api_key}/queries/{code}", response={204: None, 404: Fault, 409: Fault})
def delete_query(request: HttpRequest, api_key: str, code: Code) -> Any:
    game = enter(request, api_key, EDIT).game
    delete_unused(_one(SegmentQuery.objects.filter(game=game, short_code=code)), user_of(request))
    return Status(204, None)


def _check_query(game: Game, tree: Any) -> None:
    """Raises QueryFault; segments that the game does not have, and their values, are faults too."""
    faults = Faults()
    check_query(tree, faults.at("query"), segments_of(game))
    if faults.found:
        raise QueryFault(faults.found)


def _one(rows: "QuerySet[M]") -> M:
    if (row := rows.first()) is None:
        raise Http404
    return row


def _segment(row: Segment) -> dict[str, Any]:
    values = [
        {"shortCode": each.short_code, "name": each.name, "description": each.description}
        for each in sorted(row.values.all(), key=lambda each: each.short_code)
    ]
    return {"shortCode": row.short_code, "name": row.name, "description": row.description, "values": values}


def _query(row: SegmentQuery) -> dict[str, Any]:
    return {"shortCode": row.short_code, "name": row.name, "description": row.description, "query": row.query}
